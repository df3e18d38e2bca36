using System.Text;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Paths;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Daemon.Pending;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Daemon.Stores;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeychainAuth.Tests.Daemon.Requests;

/// <summary>The whole path of a request around a fake verifier, fake connections and a fake store.</summary>
internal sealed class PipelineHarness : IDisposable
{
    internal const string Tool = "/opt/tool";
    internal const string AskForSecret = """{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}""" + "\n";

    internal static readonly string Digest = new('a', 64);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestDirectory _directory = new();
    private readonly AuditTrail _audit;
    private readonly RequestPipeline _pipeline;

    internal PipelineHarness(IPeerVerifier verifier, TimeProvider? time = null, bool demandsLaunch = false)
    {
        time ??= TimeProvider.System;
        var limits = new Limits { MaxConnections = 8 };
        Limiter = new ConnectionLimiter(limits);
        _audit = new AuditTrail(new AuditLog(AuditFile, TimeProvider.System, limits.AuditMaxBytes, limits.AuditFiles), TimeProvider.System);
        Scope = new UserScope(
            0,
            null,
            SystemPaths.For(0, "/"),
            new PolicySource(_directory.Combine("config.json"), TimeProvider.System, _ => { }),
            new PendingRecorder(new PendingQueue(_directory.Combine("pending.json"), TimeProvider.System), TimeProvider.System, NullLogger<PendingRecorder>.Instance),
            _audit,
            new StoreAccess(new FakeSecretStore(), "fake", Patience, NullLogger<StoreAccess>.Instance),
            Limiter)
        {
            DemandsLaunch = demandsLaunch,
        };
        var scopes = new UserScopes(new OwnUserScopeFactory(Scope), TimeProvider.System, NullLogger<UserScopes>.Instance);

        // As the daemon does for its own user; and what follows then runs to its first wait before a test goes on.
        scopes.EnterAsync(Scope.UserId, CancellationToken.None).GetAwaiter().GetResult();
        var responder = new RefusalResponder(_audit, NullLogger<RefusalResponder>.Instance);
        var admission = new PeerAdmission(verifier, scopes, limits, time, responder);
        LaunchService? launches = verifier is ILaunchVerifier launchVerifier
            ? new LaunchService(launchVerifier, responder, limits, NullLogger<LaunchService>.Instance)
            : null;
        _pipeline = new RequestPipeline(admission, responder, launches, limits, time, NullLogger<RequestPipeline>.Instance);
    }

    internal ConnectionLimiter Limiter { get; }

    internal UserScope Scope { get; }

    internal BinaryEntry Entry => ConfigFile.At(_directory.Combine("config.json")).Read().RegisteredBinaries[0];

    private string AuditFile => _directory.Combine("data", "audit.log");

    public void Dispose()
    {
        _audit.Dispose();
        _directory.Dispose();
    }

    internal IReadOnlyList<PendingEntry> Waiting => new PendingQueue(_directory.Combine("pending.json"), TimeProvider.System).Read();

    internal void Register(Action<BinaryEntry>? change = null) => ConfigFile.At(_directory.Combine("config.json")).Update(config =>
    {
        var entry = new BinaryEntry { Path = Tool, Hash = BinaryIdentity.HashPrefix + Digest, AllowedReadServices = ["demo"] };
        change?.Invoke(entry);
        config.RegisteredBinaries.Add(entry);
        return true;
    });

    internal void Change(Action<ConfigDocument> change) => ConfigFile.At(_directory.Combine("config.json")).Update(config =>
    {
        change(config);
        return true;
    });

    internal Task ServeAsync(IPeerConnection connection) => _pipeline.ServeAsync(connection, TestContext.Current.CancellationToken);

    internal List<AuditRecord> Records() => [.. AuditReader.Lines(AuditFile).Select(l => AuditReader.Parse(l.Line)!)];

    internal static async Task<string> ReadLineAsync(FakePeerConnection connection)
    {
        byte[] line = new byte[64 * 1024];
        int length = 0;
        do
        {
            int count = await connection.Client.ReceiveAsync(line.AsMemory(length), TestContext.Current.CancellationToken)
                .AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            if (count == 0)
            {
                break;
            }

            length += count;
        }
        while (line[length - 1] != '\n');
        return Encoding.UTF8.GetString(line, 0, length);
    }

    /// <summary>Waits for the end of what <see cref="ServeAsync"/> began.</summary>
    internal static Task EndAsync(Task serving) => serving.WaitAsync(Patience, TestContext.Current.CancellationToken);
}

using System.Text;
using BenchmarkDotNet.Attributes;
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
using KeychainAuth.Plugins.StoreFile;
using KeychainAuth.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeychainAuth.Benchmarks.Parts;

/// <summary>
/// The whole path of a read on a kept connection, with the real policy, log and file store, but without a kernel below:
/// the peer is verified by a fake, and the connection hands out the same request again and again.
/// </summary>
public class PipelineParts
{
    private const int Requests = 1024;
    private const string Tool = "/opt/tool";

    private static readonly string Digest = new('a', 64);
    private static readonly byte[] Line = """{"type":"REQUEST","action":"read","service":"demo","targets":["prod/key"]}"""u8.ToArray();

    private readonly TestDirectory _directory = new();
    private AuditTrail? _audit;
    private ISecretStore? _store;
    private RequestPipeline? _pipeline;

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        string config = _directory.Combine("config", "config.json");
        ConfigFile.At(config).Update(document =>
        {
            document.RegisteredBinaries.Add(new BinaryEntry { Path = Tool, Hash = BinaryIdentity.HashPrefix + Digest, AllowedReadServices = ["demo"] });
            return true;
        });
        _store = new FileStorePlugin().Create(PluginContexts.Create("store-file", _directory.Path));
        using (var secret = new Secret("prod/key", new SecretBuffer("a value of some length"u8)))
        {
            await _store.WriteAsync("demo", [secret], CancellationToken.None);
        }

        await Task.Delay(TimeSpan.FromSeconds(2.5));
        var limits = new Limits();
        _audit = new AuditTrail(new AuditLog(_directory.Combine("data", "audit.log"), TimeProvider.System, limits.AuditMaxBytes, 2), TimeProvider.System);
        var scope = new UserScope(
            0,
            null,
            SystemPaths.For(0, "/"),
            new PolicySource(config, TimeProvider.System, _ => { }),
            new PendingRecorder(new PendingQueue(_directory.Combine("pending.json"), TimeProvider.System), TimeProvider.System, NullLogger<PendingRecorder>.Instance),
            _audit,
            new StoreAccess(_store, "store-file", TimeSpan.FromSeconds(30), NullLogger<StoreAccess>.Instance),
            new ConnectionLimiter(limits));
        var scopes = new UserScopes(new OwnUserScopeFactory(scope), TimeProvider.System, NullLogger<UserScopes>.Instance);
        await scopes.EnterAsync(scope.UserId, CancellationToken.None);
        var responder = new RefusalResponder(_audit, NullLogger<RefusalResponder>.Instance);
        var verifier = new FakePeerVerifier(_ => VerificationResult.Verified(new FakeVerifiedPeer(Tool, Digest), attributable: true));
        _pipeline = new RequestPipeline(
            new PeerAdmission(verifier, scopes, limits, TimeProvider.System, responder), responder, launches: null, limits, TimeProvider.System, NullLogger<RequestPipeline>.Instance);
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        _audit!.Dispose();
        await _store!.DisposeAsync();
        _directory.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Requests)]
    public Task ReadsOneByOne() => ServeAsync(atOnce: 1);

    [Benchmark(OperationsPerInvoke = Requests)]
    public Task ReadsInBurstsOf64() => ServeAsync(atOnce: 64);

    private async Task ServeAsync(int atOnce)
    {
        var connection = new RepeatingConnection([.. Enumerable.Repeat<byte[]>([.. Line, (byte)'\n'], atOnce).SelectMany(l => l)], Requests / atOnce);
        await _pipeline!.ServeAsync(connection, CancellationToken.None);
        if (connection.Answers != Requests)
        {
            throw new InvalidOperationException($"{connection.Answers} answers of {Requests}: {Encoding.UTF8.GetString(connection.Last)}");
        }
    }
}

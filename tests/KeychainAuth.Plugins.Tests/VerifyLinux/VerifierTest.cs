using System.Runtime.Versioning;
using System.Security.Cryptography;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>What tests on real processes share: a socket, a verifier, a puppet.</summary>
[SupportedOSPlatform("linux")]
public abstract class VerifierTest(AttackerPrograms programs) : IAsyncDisposable
{
    /// <summary>A user id without an account, for peers that are not root.</summary>
    protected const uint OrdinaryUser = 64124;

    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _started = [];
    private LinuxPeerVerifier? _verifier;

    protected AttackerPrograms Programs { get; } = programs;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal PeerListener Listener { get; } = new();

    internal TestDirectory Files { get; } = new();

    internal RecordedLines Log { get; } = new();

    /// <summary>The verifier under test, with default settings unless a test made another.</summary>
    internal LinuxPeerVerifier Verifier => _verifier ??= CreateVerifier();

    internal LinuxPeerVerifier CreateVerifier(
        IReadOnlyDictionary<string, string>? settings = null, uint? userId = null, TimeProvider? time = null)
    {
        _verifier = (LinuxPeerVerifier)new LinuxVerifierFactory().Create(new PluginContext
        {
            Id = "verify-linux",
            Settings = settings ?? new Dictionary<string, string>(),
            StateDirectory = Files.PathOf("state"),
            Log = Log,
            Time = time ?? TimeProvider.System,
            Environment = new HostEnvironment
            {
                OperatingSystem = "linux",
                Markers = new HashSet<string>(),
                HomeDirectory = Files.Path,
                UserId = userId ?? TestNative.GetEUid(),
            },
        });
        _started.Add(_verifier);
        return _verifier;
    }

    /// <summary>Disposes something at the end of the test, before what it was made of.</summary>
    internal T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _started.Add(owned);
        return owned;
    }

    /// <summary>Starts a program and waits for its greeting.</summary>
    internal async Task<ControlledProcess> StartAsync(string program, IEnumerable<string>? arguments = null, IReadOnlyDictionary<string, string>? environment = null, string greeting = "ready")
    {
        ControlledProcess process = ControlledProcess.Start(program, arguments ?? [Listener.Path], environment);
        _started.Add(process);
        await process.ExpectAsync(greeting);
        return process;
    }

    /// <summary>The same as an ordinary user, where the tests run as root.</summary>
    internal Task<ControlledProcess> StartOrdinaryAsync(string program, IReadOnlyDictionary<string, string>? environment = null) =>
        StartAsync(
            "setpriv",
            ["--reuid", $"{OrdinaryUser}", "--regid", $"{OrdinaryUser}", "--clear-groups", "--inh-caps=-all", program, Listener.Path],
            environment);

    /// <summary>Makes a puppet connect and takes its credentials.</summary>
    internal async Task<PeerCredentials> ConnectAsync(ControlledProcess puppet, bool withPidFd = true)
    {
        await puppet.AskAsync("connect");
        return await Listener.AcceptAsync(withPidFd);
    }

    protected Task<VerificationResult> VerifyAsync(PeerCredentials peer) =>
        Verifier.VerifyAsync(peer, Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    protected async Task<VerifiedPeer> VerifiedAsync(PeerCredentials peer)
    {
        VerificationResult result = await VerifyAsync(peer);
        Assert.True(result.IsVerified, result.Message);
        _started.Add(result.Peer);
        return result.Peer;
    }

    protected async Task AssertRefusedAsync(PeerCredentials peer, string reason, VerificationRefusal kind = VerificationRefusal.Unverifiable)
    {
        VerificationResult result = await VerifyAsync(peer);
        Assert.False(result.IsVerified, $"Vouched for {result.Peer?.ExecutablePath}.");
        Assert.Contains(reason, result.Message, StringComparison.Ordinal);
        Assert.Equal(kind, result.Refusal);
    }

    protected static Task<bool> IsUnchangedAsync(VerifiedPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return peer.IsUnchangedAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
    }

    protected static async Task<string> Sha256Async(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, Cancellation)));

    protected static void NeedsRoot() => Assert.SkipUnless(TestNative.IsRoot, "Needs root, to start programs as another user or to mount.");

    /// <summary>Runs a command of the system to its end.</summary>
    /// <returns>Null where it succeeded, or what it said.</returns>
    protected static async Task<string?> TryRunAsync(string program, params string[] arguments)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancellation);
        string errors = await process.StandardError.ReadToEndAsync(Cancellation).WaitAsync(Patience, Cancellation);
        await output.WaitAsync(Patience, Cancellation);
        await process.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);
        return process.ExitCode == 0 ? null : $"{program}: {errors}";
    }

    protected static async Task RunAsync(string program, params string[] arguments) => Assert.Null(await TryRunAsync(program, arguments));

    public virtual async ValueTask DisposeAsync()
    {
        for (int index = _started.Count - 1; index >= 0; index--)
        {
            await _started[index].DisposeAsync();
        }

        Listener.Dispose();
        Files.Dispose();
        GC.SuppressFinalize(this);
    }
}

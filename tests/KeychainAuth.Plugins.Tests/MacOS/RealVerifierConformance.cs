using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.TransportUds;
using KeychainAuth.Plugins.TransportUds.MacOS;
using KeychainAuth.Plugins.VerifyMacOS;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Plugins.Tests.MacOS;

/// <summary>
/// The conformance suite on real processes: a C program, signed ad hoc by its linker, that connects through the real
/// transport.
/// </summary>
[SupportedOSPlatform("macos")]
public abstract partial class RealVerifierConformance : VerifierConformance, IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override IPeerVerifier CreateVerifier(IReadOnlyDictionary<string, string> settings) => new MacPeerVerifier(
        new PluginContext
        {
            Id = "verify-macos",
            Settings = settings,
            StateDirectory = "/nonexistent",
            Log = new RecordingPluginLog(),
            Time = TimeProvider.System,
            Environment = new HostEnvironment
            {
                OperatingSystem = "macos",
                Markers = new HashSet<string>(),
                HomeDirectory = "/nonexistent",
                UserId = GetEUid(),
            },
        },
        VerifierSettings.Parse(settings));

    protected override async ValueTask<VerifierConformancePeer> StartPeerAsync(CancellationToken cancellationToken)
    {
        string program = Path.Combine(_directory.Path, "connector");
        CommandResult compiled = await Command.RunAsync("cc", ["-O1", "-o", program, Path.Combine(RepositoryPaths.Programs, "connector.c")]);
        if (compiled.ExitCode != 0)
        {
            throw new InvalidOperationException($"connector.c does not compile: {compiled}");
        }

        var transport = new UdsTransport(
            new MacSocketSystem(), UdsSettings.Parse(new Dictionary<string, string>()), SocketAccess.OwnerAlone, TimeProvider.System, new RecordingPluginLog());
        ITransportListener listener = await transport.BindAsync(Path.Combine(_directory.Path, "s"), cancellationToken);
        var peer = new Peer(listener, program);
        await peer.ReconnectAsync(cancellationToken);
        return peer;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEUid();

    private sealed class Peer : VerifierConformancePeer
    {
        private readonly ITransportListener _listener;
        private readonly Process _process;
        private readonly List<IPeerConnection> _connections = [];

        public Peer(ITransportListener listener, string program)
        {
            _listener = listener;
            _process = Process.Start(new ProcessStartInfo(program, [listener.Address])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;

            // The kernel names files without links, and /var is one.
            ExecutablePath = program.StartsWith("/var/", StringComparison.Ordinal) ? "/private" + program : program;
        }

        public override PeerCredentials Credentials => _connections[^1].Peer;

        public override string ExecutablePath { get; }

        public override async ValueTask ReconnectAsync(CancellationToken cancellationToken)
        {
            await _process.StandardInput.WriteLineAsync("connect".AsMemory(), cancellationToken);
            await _process.StandardInput.FlushAsync(cancellationToken);
            _connections.Add((await _listener.AcceptAsync(cancellationToken))!);
            await _process.StandardOutput.ReadLineAsync(cancellationToken);
        }

        public override async ValueTask StopAsync(CancellationToken cancellationToken)
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            await _process.WaitForExitAsync(cancellationToken);
        }

        public override async ValueTask DisposeAsync()
        {
            await StopAsync(CancellationToken.None);
            _process.Dispose();
            foreach (IPeerConnection connection in _connections)
            {
                await connection.DisposeAsync();
            }

            await _listener.DisposeAsync();
        }
    }
}

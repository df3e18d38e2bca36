using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.VerifyLinux;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

[SupportedOSPlatform("linux")]
public sealed class LinuxVerifierConformanceTests(AttackerPrograms programs) : VerifierConformance
{
    protected override IPeerVerifier CreateVerifier(IReadOnlyDictionary<string, string> settings) =>
        new LinuxVerifierFactory().Create(new PluginContext
        {
            Id = "verify-linux",
            Settings = settings,
            StateDirectory = "/nonexistent",
            Log = new RecordedLines(),
            Time = TimeProvider.System,
            Environment = new HostEnvironment
            {
                OperatingSystem = "linux",
                Markers = new HashSet<string>(),
                HomeDirectory = "/nonexistent",
                UserId = TestNative.GetEUid(),
            },
        });

    protected override async ValueTask<VerifierConformancePeer> StartPeerAsync(CancellationToken cancellationToken)
    {
        string program = await programs.PuppetAsync();
        Peer peer = new(program);
        await peer.ReconnectAsync(cancellationToken);
        return peer;
    }

    private sealed class Peer : VerifierConformancePeer
    {
        private readonly PeerListener _listener = new();
        private readonly ControlledProcess _process;
        private bool _greeted;
        private PeerCredentials? _credentials;

        public Peer(string program)
        {
            ExecutablePath = program;
            _process = ControlledProcess.Start(program, _listener.Path);
        }

        public override PeerCredentials Credentials => _credentials!;

        public override string ExecutablePath { get; }

        public override async ValueTask ReconnectAsync(CancellationToken cancellationToken)
        {
            if (!_greeted)
            {
                _greeted = true;
                await _process.ExpectAsync("ready");
            }

            _listener.Stamp();
            await _process.AskAsync("connect");
            _credentials = await _listener.AcceptAsync();
        }

        public override async ValueTask StopAsync(CancellationToken cancellationToken) => await _process.StopAsync();

        public override async ValueTask DisposeAsync()
        {
            await _process.DisposeAsync();
            _listener.Dispose();
        }
    }
}

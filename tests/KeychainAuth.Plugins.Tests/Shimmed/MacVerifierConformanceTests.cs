using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.VerifyMacOS;
using KeychainAuth.Tests.Support;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

[Collection(StandInGroup.Name)]
public sealed class MacVerifierConformanceTests : VerifierConformance, IDisposable
{
    private const uint User = 501;

    private readonly StandInLedger _ledger = new();
    private readonly TestDirectory _directory = new();

    public void Dispose()
    {
        _directory.Dispose();
        _ledger.Close();
    }

    protected override IPeerVerifier CreateVerifier(IReadOnlyDictionary<string, string> settings) =>
        new MacPeerVerifier(MacVerifierTest.Context(User), VerifierSettings.Parse(settings));

    protected override ValueTask<VerifierConformancePeer> StartPeerAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<VerifierConformancePeer>(new Peer(Path.Combine(_directory.Path, "tool")));

    private sealed class Peer : VerifierConformancePeer
    {
        private const int Pid = 31_000;

        private PeerCredentials _credentials = Connect();
        private bool _isStopped;

        public Peer(string path)
        {
            ExecutablePath = path;
            File.WriteAllBytes(path, MachOFile.Signed("com.example.tool", out byte[] cdHash));
            StandIn.Process(Pid, version: 3, User, start: 1_700_000_000, path);
            StandIn.Sign(Pid, cdHash, "com.example.tool", "ABCDE12345", flags: 0x10000, state: 1, entitlement: "");
        }

        public override PeerCredentials Credentials => _credentials;

        public override string ExecutablePath { get; }

        public override ValueTask ReconnectAsync(CancellationToken cancellationToken)
        {
            _credentials = Connect();
            return ValueTask.CompletedTask;
        }

        public override ValueTask StopAsync(CancellationToken cancellationToken)
        {
            if (!_isStopped)
            {
                _isStopped = true;
                StandIn.End(Pid);
            }

            return ValueTask.CompletedTask;
        }

        public override ValueTask DisposeAsync() => StopAsync(CancellationToken.None);

        private static PeerCredentials Connect() => new()
        {
            ProcessId = Pid,
            UserId = User,
            AuditToken = MemoryMarshal.AsBytes((ReadOnlySpan<uint>)[User, User, 20, User, 20, Pid, 100_000, 3]).ToArray(),
            ConnectedAfter = TimeProvider.System.GetTimestamp(),
        };
    }
}

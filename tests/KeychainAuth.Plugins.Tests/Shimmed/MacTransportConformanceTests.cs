using System.Net.Sockets;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing.Conformance;
using KeychainAuth.Plugins.Tests.TransportUds;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

[Collection(StandInGroup.Name)]
public sealed class MacTransportConformanceTests : TransportConformance, IDisposable
{
    private readonly StandInLedger _ledger = new();
    private readonly PrivateDirectory _place = new();
    private int _addresses;

    public void Dispose()
    {
        _place.Dispose();
        _ledger.Close();
    }

    protected override IReadOnlyList<string> MalformedAddresses =>
    [
        "",
        "agent.sock",
        "/tmp/ka\0b/agent.sock",
        _place.Path + "/",
        _place.Combine(new string('x', 104 - _place.Path.Length - 1)),
    ];

    protected override ITransport CreateTransport(IReadOnlyDictionary<string, string> settings) => MacTransportTest.CreateTransport(settings);

    protected override string NewAddress() => _place.Combine($"{Interlocked.Increment(ref _addresses)}.sock");

    protected override async ValueTask<Stream> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(address), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}

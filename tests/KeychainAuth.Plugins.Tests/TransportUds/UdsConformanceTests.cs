using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing.Conformance;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[SupportedOSPlatform("linux")]
public sealed class UdsConformanceTests : TransportConformance, IDisposable
{
    private readonly PrivateDirectory _place = new();
    private int _addresses;

    public void Dispose() => _place.Dispose();

    protected override IReadOnlyList<string> MalformedAddresses =>
    [
        "",
        "agent.sock",
        "./agent.sock",
        "/tmp/ka\0b/agent.sock",
        _place.Combine("..", "agent.sock"),
        _place.Combine("a") + "//agent.sock",
        _place.Path + "/",
        _place.Combine(new string('x', 108 - _place.Path.Length - 1)),
    ];

    protected override ITransport CreateTransport(IReadOnlyDictionary<string, string> settings) => UdsTest.CreateTransport(settings);

    protected override string NewAddress() => _place.Combine($"{Interlocked.Increment(ref _addresses)}.sock");

    protected override async ValueTask<Stream> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(address), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}

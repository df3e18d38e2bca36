using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugin.Testing.Conformance;
using KeychainAuth.Plugins.TransportUds;
using KeychainAuth.Plugins.TransportUds.MacOS;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Plugins.Tests.MacOS;

/// <summary>The conformance suite on the real sockets of macOS.</summary>
[SupportedOSPlatform("macos")]
public abstract class RealTransportConformance : TransportConformance, IDisposable
{
    private readonly TestDirectory _place = new();
    private int _addresses;

    public void Dispose()
    {
        _place.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override IReadOnlyList<string> MalformedAddresses =>
        ["", "agent.sock", "/tmp/ka\0b/agent.sock", _place.Path + "/", "/tmp/" + new string('x', 99)];

    protected override ITransport CreateTransport(IReadOnlyDictionary<string, string> settings) =>
        new UdsTransport(new MacSocketSystem(), UdsSettings.Parse(settings), SocketAccess.OwnerAlone, TimeProvider.System, new RecordingPluginLog());

    protected override string NewAddress() => Path.Combine(_place.Path, $"{Interlocked.Increment(ref _addresses)}");

    protected override async ValueTask<Stream> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(address), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}

using System.Net.Sockets;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.Tests.TransportUds;
using KeychainAuth.Plugins.TransportUds;
using KeychainAuth.Plugins.TransportUds.MacOS;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>The transport with macOS's sockets on the stand-in, which puts them on Linux's.</summary>
public abstract class MacTransportTest : ShimmedTest
{
    private readonly PrivateDirectory _place = new();

    internal RecordingLog Log { get; } = new();

    protected string Socket => _place.Socket;

    internal static UdsTransport CreateTransport(IReadOnlyDictionary<string, string>? settings = null, IPluginLog? log = null) =>
        new(new MacSocketSystem(), UdsSettings.Parse(settings ?? new Dictionary<string, string>()), SocketAccess.OwnerAlone, TimeProvider.System, log ?? new RecordingLog());

    internal async Task<ITransportListener> BindAsync(string? address = null) =>
        Started(await CreateTransport(log: Log).BindAsync(address ?? Socket, Cancellation).AsTask().WaitAsync(Patience, Cancellation));

    internal async Task<IPeerConnection> AcceptAsync(ITransportListener listener)
    {
        IPeerConnection? connection = await listener.AcceptAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        Assert.NotNull(connection);
        return Started(connection);
    }

    protected static async Task<Socket> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        return socket;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _place.Dispose();
        GC.SuppressFinalize(this);
    }
}

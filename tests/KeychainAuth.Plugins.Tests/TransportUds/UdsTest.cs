using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.TransportUds;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

/// <summary>What the tests of this transport share.</summary>
[SupportedOSPlatform("linux")]
public abstract class UdsTest : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal RecordingLog Log { get; } = new();

    internal PrivateDirectory Place { get; } = new();

    public void Dispose()
    {
        Place.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static ITransport CreateTransport(IReadOnlyDictionary<string, string>? settings = null, IPluginLog? log = null) =>
        new UdsTransportPlugin().Create(new PluginContext
        {
            Id = "transport-uds",
            Settings = settings ?? new Dictionary<string, string>(),
            StateDirectory = "/nonexistent",
            Log = log ?? new RecordingLog(),
            Time = TimeProvider.System,
            Environment = new HostEnvironment
            {
                OperatingSystem = "linux",
                Markers = new HashSet<string>(),
                HomeDirectory = "/nonexistent",
                UserId = null,
            },
        });

    internal Task<ITransportListener> BindAsync(string address, IReadOnlyDictionary<string, string>? settings = null) =>
        CreateTransport(settings, Log).BindAsync(address, Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    internal async Task<TransportException> RefusedAsync(string address) =>
        await Assert.ThrowsAsync<TransportException>(() => BindAsync(address));

    internal static async Task<IPeerConnection> AcceptAsync(ITransportListener listener)
    {
        IPeerConnection? connection = await listener.AcceptAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        Assert.NotNull(connection);
        return connection;
    }

    internal static Task<ReceiveResult> ReceiveAsync(IPeerConnection connection, Memory<byte> buffer) =>
        connection.ReceiveAsync(buffer, Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    internal static async Task<Socket> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        return socket;
    }
}

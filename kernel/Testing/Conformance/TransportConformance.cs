using Xunit;

namespace KeychainAuth.Plugin.Testing.Conformance;

/// <summary>
/// What every transport has to do. Derive a class in a test project, say how to create the transport and how a client
/// of this platform connects, and the runner finds the tests. The client runs in the test's own process, so the suite
/// knows whom the transport has to name.
/// </summary>
public abstract partial class TransportConformance
{
    /// <summary>How long anything may take before a test fails rather than hangs.</summary>
    protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Creates the transport under test, with <see cref="TimeProvider.System"/> as its clock.</summary>
    /// <param name="settings">Its settings, as from config.json.</param>
    protected abstract ITransport CreateTransport(IReadOnlyDictionary<string, string> settings);

    /// <summary>A usable address where nothing listens; another one at each call.</summary>
    protected abstract string NewAddress();

    /// <summary>Addresses that have no meaning for this transport.</summary>
    protected abstract IReadOnlyList<string> MalformedAddresses { get; }

    /// <summary>Connects as a client would, with nothing of the transport's own code.</summary>
    /// <param name="address">Where a listener is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The client's end. Disposing it closes the connection.</returns>
    protected abstract ValueTask<Stream> ConnectAsync(string address, CancellationToken cancellationToken);

    private async Task<ITransportListener> ListenAsync() =>
        await CreateTransport(new Dictionary<string, string>())
            .BindAsync(NewAddress(), Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    private async Task<ConnectedPair> PairAsync()
    {
        ITransportListener listener = await ListenAsync();
        Stream client = await ConnectAsync(listener.Address, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        return new ConnectedPair(listener, client, await AcceptAsync(listener));
    }

    private static async Task<IPeerConnection> AcceptAsync(ITransportListener listener)
    {
        IPeerConnection? connection = await listener.AcceptAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        Assert.NotNull(connection);
        return connection;
    }

    private static Task<ReceiveResult> ReceiveAsync(IPeerConnection connection, Memory<byte> buffer) =>
        connection.ReceiveAsync(buffer, Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    private static Task SendAsync(IPeerConnection connection, ReadOnlyMemory<byte> buffer) =>
        connection.SendAsync(buffer, Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    private static async Task<byte[]> ReceiveExactlyAsync(IPeerConnection connection, int count)
    {
        byte[] received = new byte[count];
        int filled = 0;
        while (filled < count)
        {
            ReceiveResult result = await ReceiveAsync(connection, received.AsMemory(filled));
            Assert.NotEqual(0, result.Count);
            filled += result.Count;
        }

        return received;
    }

    /// <summary>Bytes that differ from their neighbours, so that a lost or doubled one shows.</summary>
    private static byte[] Pattern(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static async Task WaitForAsync(CancellationToken token)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(reached.SetResult);
        await reached.Task.WaitAsync(Patience, Cancellation);
    }

    private sealed class ConnectedPair(ITransportListener listener, Stream client, IPeerConnection server) : IAsyncDisposable
    {
        public ITransportListener Listener { get; } = listener;

        public Stream Client { get; } = client;

        public IPeerConnection Server { get; } = server;

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Server.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
            await Listener.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        }
    }
}

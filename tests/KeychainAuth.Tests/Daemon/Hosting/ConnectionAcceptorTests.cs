using KeychainAuth.Daemon.Hosting;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Hosting;

public sealed class ConnectionAcceptorTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LosableTransport _transport = new();
    private readonly ConnectionTasks _connections = new();
    private readonly SemaphoreSlim _served = new(0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        _connections.Dispose();
        _served.Dispose();
    }

    [Fact]
    public async Task IsReachable_AddressTakenAway_NoLonger()
    {
        await using ConnectionAcceptor acceptor = await BindAsync();
        Assert.True(acceptor.IsReachable);
        _transport.Lose();
        Assert.False(acceptor.IsReachable);
    }

    [Fact]
    public async Task BindAnewAsync_AddressIsGone_AcceptsThereAgain()
    {
        ConnectionAcceptor acceptor = await BindAsync();
        Task running = acceptor.RunAsync(Cancellation);
        await ConnectAsync();

        _transport.Lose();
        await acceptor.BindAnewAsync(Cancellation);
        Assert.Equal(2, _transport.Bound);
        await ConnectAsync();

        await acceptor.DisposeAsync();
        await running.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task BindAnewAsync_SomethingElseIsThere_Throws()
    {
        await using ConnectionAcceptor acceptor = await BindAsync();
        _transport.Lose();
        _transport.Refuses = true;
        await Assert.ThrowsAsync<TransportException>(() => acceptor.BindAnewAsync(Cancellation));
    }

    private Task<ConnectionAcceptor> BindAsync() => ConnectionAcceptor.BindAsync(
        _transport,
        "address",
        _connections,
        connection =>
        {
            _served.Release();
            return connection.DisposeAsync().AsTask();
        },
        Cancellation);

    private async Task ConnectAsync()
    {
        using FakeClient client = _transport.Connect();
        Assert.True(await _served.WaitAsync(Patience, Cancellation), "Nobody served the connection.");
    }

    /// <summary>A transport whose addresses can be taken away from under its listeners.</summary>
    private sealed class LosableTransport : ITransport
    {
        private readonly FakeTransport _fakes = new();
        private LosableListener? _last;

        internal int Bound { get; private set; }

        internal bool Refuses { get; set; }

        public async ValueTask<ITransportListener> BindAsync(string address, CancellationToken cancellationToken)
        {
            if (Refuses)
            {
                throw new TransportException(TransportError.UnsafeAddress, "Something else is there.");
            }

            // By a name of its own: the fake knows no file that could be removed.
            Bound++;
            return _last = new LosableListener(await _fakes.BindAsync($"{address}{Bound}", cancellationToken));
        }

        public ValueTask DisposeAsync() => _fakes.DisposeAsync();

        internal void Lose() => _last!.IsReachable = false;

        internal FakeClient Connect() => _fakes.Connect(_last!.Address);
    }

    private sealed class LosableListener(ITransportListener listener) : IReachableListener
    {
        public string Address => listener.Address;

        public bool IsReachable { get; set; } = true;

        public ValueTask<IPeerConnection?> AcceptAsync(CancellationToken cancellationToken) => listener.AcceptAsync(cancellationToken);

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }
}

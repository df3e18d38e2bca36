using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// Accepts connections. When the address has been taken away from under the listener (somebody removed the socket's
/// file), it binds anew; connections that stand are not touched.
/// </summary>
internal sealed class ConnectionAcceptor : IAsyncDisposable
{
    private readonly ITransport _transport;
    private readonly string _requested;
    private readonly ConnectionTasks _connections;
    private readonly Func<IPeerConnection, Task> _serve;
    private ITransportListener _listener;
    private volatile bool _isClosing;

    private ConnectionAcceptor(
        ITransport transport, string requested, ITransportListener listener, ConnectionTasks connections, Func<IPeerConnection, Task> serve)
    {
        _transport = transport;
        _requested = requested;
        _listener = listener;
        _connections = connections;
        _serve = serve;
    }

    internal string Address => Volatile.Read(ref _listener).Address;

    /// <summary>Whether clients find the listener, as far as it can tell.</summary>
    internal bool IsReachable => Volatile.Read(ref _listener) is not IReachableListener { IsReachable: false };

    /// <param name="transport">Binds.</param>
    /// <param name="address">Where.</param>
    /// <param name="connections">Counts those being served, and says when one more may begin.</param>
    /// <param name="serve">Serves one connection; never throws.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">The address cannot be had.</exception>
    internal static async Task<ConnectionAcceptor> BindAsync(
        ITransport transport, string address, ConnectionTasks connections, Func<IPeerConnection, Task> serve, CancellationToken cancellationToken) =>
        new(transport, address, await transport.BindAsync(address, cancellationToken), connections, serve);

    /// <summary>Accepts until it is disposed.</summary>
    /// <exception cref="Exception">The listener failed; it is foreign code.</exception>
    internal async Task RunAsync(CancellationToken stopping)
    {
        ITransportListener? ended = null;
        await _connections.WaitForRoomAsync(stopping);
        while (Volatile.Read(ref _listener) is var listener && listener != ended && !_isClosing)
        {
            while (await listener.AcceptAsync(stopping) is { } connection)
            {
                _connections.Run(() => _serve(connection));
                await _connections.WaitForRoomAsync(stopping);
            }

            // Closed because another one has taken its place, or for good.
            ended = listener;
        }
    }

    /// <summary>Binds anew, and lets go of the listener that nobody can reach any more.</summary>
    /// <exception cref="TransportException">The address cannot be had again.</exception>
    internal async Task BindAnewAsync(CancellationToken cancellationToken)
    {
        ITransportListener lost = _listener;
        ITransportListener fresh = await _transport.BindAsync(_requested, cancellationToken);
        Volatile.Write(ref _listener, fresh);
        if (_isClosing)
        {
            await fresh.DisposeAsync();
        }

        await lost.DisposeAsync();
    }

    public ValueTask DisposeAsync()
    {
        _isClosing = true;
        return Volatile.Read(ref _listener).DisposeAsync();
    }
}

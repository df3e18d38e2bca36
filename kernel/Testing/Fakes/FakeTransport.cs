namespace KeychainAuth.Plugin.Testing;

/// <summary>A transport without an operating system: listeners by name, clients that connect in process.</summary>
public sealed class FakeTransport : ITransport
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FakeTransportListener> _listeners = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<ITransportListener> BindAsync(string address, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_listeners.TryGetValue(address, out FakeTransportListener? existing) && !existing.IsClosed)
            {
                throw new TransportException(TransportError.AddressInUse, $"'{address}' is in use; choose another address.");
            }

            FakeTransportListener listener = new(address);
            _listeners[address] = listener;
            return ValueTask.FromResult<ITransportListener>(listener);
        }
    }

    /// <summary>Connects as a client.</summary>
    /// <param name="address">An address that is bound.</param>
    /// <param name="peer">Who the kernel is to have said is there; null means this process.</param>
    /// <returns>The client's end.</returns>
    /// <exception cref="TransportException">Nobody listens there.</exception>
    public FakeClient Connect(string address, PeerCredentials? peer = null)
    {
        lock (_gate)
        {
            FakePeerConnection connection = new(peer);
            return _listeners.TryGetValue(address, out FakeTransportListener? listener) && listener.TryEnqueue(connection)
                ? connection.Client
                : throw new TransportException(TransportError.ConnectionClosed, $"Nobody listens on '{address}'.");
        }
    }

    /// <summary>Closes every listener.</summary>
    public async ValueTask DisposeAsync()
    {
        List<FakeTransportListener> listeners;
        lock (_gate)
        {
            listeners = [.. _listeners.Values];
            _listeners.Clear();
        }

        foreach (FakeTransportListener listener in listeners)
        {
            await listener.DisposeAsync();
        }
    }
}

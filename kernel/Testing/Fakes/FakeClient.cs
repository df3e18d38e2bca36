namespace KeychainAuth.Plugin.Testing;

/// <summary>The peer's end of a <see cref="FakePeerConnection"/>.</summary>
public sealed class FakeClient : IDisposable
{
    private readonly FakePipe _toDaemon;
    private readonly FakePipe _toClient;
    private int _closed;

    internal FakeClient(FakePipe toDaemon, FakePipe toClient, Sender sender)
    {
        _toDaemon = toDaemon;
        _toClient = toClient;
        Sender = sender;
    }

    /// <summary>
    /// The process that the daemon is told wrote the bytes sent from now on. Set it to another one to play a child
    /// that inherited the socket, or to null to play an operating system that cannot tell.
    /// </summary>
    public Sender? Sender { get; set; }

    /// <summary>Whether this end was closed.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Sends bytes as one write.</summary>
    /// <param name="bytes">What to send.</param>
    /// <exception cref="TransportException">The daemon has closed the connection.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || !_toDaemon.TryWrite(bytes, Sender))
        {
            throw new TransportException(TransportError.ConnectionClosed, "The connection is closed.");
        }
    }

    /// <summary>Ends the stream towards the daemon, and can still receive.</summary>
    public void ShutdownSend() => _toDaemon.Complete();

    /// <summary>Receives what the daemon sent, waiting for at least one byte.</summary>
    /// <param name="buffer">Where to put it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Bytes received; 0 when the daemon has closed.</returns>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        (await _toClient.ReadAsync(buffer, cancellationToken)).Count;

    /// <summary>Closes this end.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _closed, 1);
        _toDaemon.Complete();
    }
}

namespace KeychainAuth.Plugin.Testing;

/// <summary>The daemon's end of an in-process connection; <see cref="Client"/> is the other end.</summary>
public sealed class FakePeerConnection : IPeerConnection
{
    private readonly FakePipe _toDaemon = new();
    private readonly FakePipe _toClient = new();
    private readonly CancellationTokenSource _closed = new();
    private int _aborted;

    /// <summary>Creates a connected pair.</summary>
    /// <param name="peer">Who the kernel is to have said is there; null means this process.</param>
    public FakePeerConnection(PeerCredentials? peer = null)
    {
        Peer = peer ?? new PeerCredentials { ProcessId = Environment.ProcessId, UserId = OperatingSystem.IsWindows() ? null : 0 };
        Client = new FakeClient(_toDaemon, _toClient, new Sender(Peer.ProcessId, Peer.UserId ?? 0));
    }

    /// <summary>The peer's end. Disposing it is the peer closing its socket.</summary>
    public FakeClient Client { get; }

    /// <inheritdoc/>
    public PeerCredentials Peer { get; }

    /// <inheritdoc/>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Whether <see cref="Abort"/> was called.</summary>
    public bool IsAborted => Volatile.Read(ref _aborted) != 0;

    /// <inheritdoc/>
    public async ValueTask<ReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ThrowIfAborted();
        ReceiveResult result = await _toDaemon.ReadAsync(buffer, cancellationToken);
        ThrowIfAborted();
        if (result.Count == 0 && !buffer.IsEmpty)
        {
            await _closed.CancelAsync();
        }

        return result;
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfAborted();
        if (Client.IsClosed || !_toClient.TryWrite(buffer.Span, null))
        {
            await _closed.CancelAsync();
            throw new TransportException(TransportError.ConnectionClosed, "The fake peer has closed the connection.");
        }
    }

    /// <inheritdoc/>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _aborted, 1) == 0)
        {
            _toClient.Complete();
            _toDaemon.Complete();
            _closed.Cancel();
        }
    }

    /// <summary>Ends the stream towards the client; what was sent before stays readable there.</summary>
    public async ValueTask DisposeAsync()
    {
        _toClient.Complete();
        _toDaemon.Complete();
        await _closed.CancelAsync();
        Peer.Dispose();
    }

    private void ThrowIfAborted()
    {
        if (IsAborted)
        {
            throw new TransportException(TransportError.ConnectionClosed, "The connection was aborted.");
        }
    }
}

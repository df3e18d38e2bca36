namespace KeychainAuth.Plugin;

/// <summary>
/// One connected peer. One reader and one writer may work at a time; <see cref="Abort"/> may be called from anywhere.
/// Disposing closes in order: the sending side is shut down, what the peer still sends is read and discarded (1 MiB or
/// 100 ms at most), then the connection is closed, so that a line sent last is always delivered.
/// </summary>
public interface IPeerConnection : IAsyncDisposable
{
    /// <summary>Who the kernel says is at the other end. Owned by the connection.</summary>
    PeerCredentials Peer { get; }

    /// <summary>
    /// Reads what is there, waiting for at least one byte. Completes synchronously when bytes are queued already: the
    /// daemon tells by that whether bytes preceded the verification. The transport keeps no copy of what it delivers.
    /// </summary>
    /// <param name="buffer">Where to put it; pinned memory if it may hold a secret.</param>
    /// <param name="cancellationToken">Gives up waiting; no byte is lost.</param>
    /// <returns>How much was read and who sent it. A count of 0 is the end of the stream.</returns>
    /// <exception cref="TransportException">The connection broke.</exception>
    ValueTask<ReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Sends all of it. The transport keeps no copy.</summary>
    /// <param name="buffer">What to send.</param>
    /// <param name="cancellationToken">Gives up; the connection is useless afterwards.</param>
    /// <exception cref="TransportException">The connection broke or the peer did not read in time.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>
    /// Cancelled once the connection is known to have ended: a read or write has found the end, or it was aborted or
    /// disposed. A peer that has only closed its sending side counts as ended here and can still read an answer. Not guaranteed to notice a peer that vanishes while nobody reads or writes.
    /// </summary>
    CancellationToken Closed { get; }

    /// <summary>Ends the connection at once, without delivering anything. Idempotent.</summary>
    void Abort();
}

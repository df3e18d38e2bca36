namespace KeychainAuth.Plugin;

/// <summary>
/// An ability that a connection may have beside <see cref="IPeerConnection"/>: taking open files that the peer passes
/// along with its bytes. <see cref="IPeerConnection.ReceiveAsync"/> never takes any: where
/// some come along there the connection breaks, so that nobody can fill the daemon with descriptors, or hold it up with
/// one that is slow to close.
/// </summary>
public interface IDescriptorConnection
{
    /// <summary>Reads as <see cref="IPeerConnection.ReceiveAsync"/> does, and takes the open files that came with these bytes.</summary>
    /// <param name="buffer">Where to put the bytes.</param>
    /// <param name="maxDescriptors">How many open files are expected at most; 1 to 8.</param>
    /// <param name="cancellationToken">Gives up waiting; nothing is lost.</param>
    /// <returns>What was read; the receiver disposes the descriptors.</returns>
    /// <exception cref="TransportException">The connection broke; then no descriptor is kept.</exception>
    ValueTask<DescriptorReceiveResult> ReceiveWithDescriptorsAsync(Memory<byte> buffer, int maxDescriptors, CancellationToken cancellationToken);
}

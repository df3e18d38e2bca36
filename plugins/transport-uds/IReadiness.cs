namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// Waiting for a socket that never blocks. One wait to read and one to send at a time. Disposing it ends them with
/// <see cref="ObjectDisposedException"/>, and comes before the socket is closed.
/// </summary>
internal interface IReadiness : IDisposable
{
    /// <summary>Waits until there is something to read, or the end. May return early; takes no bytes.</summary>
    /// <returns>0, or an error number.</returns>
    ValueTask<int> WaitUntilReadableAsync(CancellationToken cancellationToken);

    /// <summary>Waits until the peer makes room, and sends what fits then, from the caller's memory.</summary>
    /// <returns>How many bytes, or an error number, negated.</returns>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}

namespace KeychainAuth.Plugin;

/// <summary>A bound address. Disposing it stops listening and makes a waiting <see cref="AcceptAsync"/> return null.</summary>
public interface ITransportListener : IAsyncDisposable
{
    /// <summary>The address that is really listened on.</summary>
    string Address { get; }

    /// <summary>
    /// Waits for the next connection. Peer credentials are captured before this returns and before any byte is read.
    /// A connection whose peer cannot be identified by the kernel at all (it is gone already) is dropped here and
    /// logged; failures of one connection never end the listener.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A connection, which the caller disposes, or null when the listener is closed.</returns>
    ValueTask<IPeerConnection?> AcceptAsync(CancellationToken cancellationToken);
}

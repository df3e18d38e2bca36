namespace KeychainAuth.Plugin;

/// <summary>The operating system's local channel: a Unix domain socket, a Windows named pipe.</summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>
    /// Starts listening. Refuses a place that is not private to the daemon's user, and never takes over the address of
    /// a listener that is alive.
    /// </summary>
    /// <param name="address">Where to listen, in the platform's form (a socket path, a pipe name).</param>
    /// <param name="cancellationToken">Gives up binding.</param>
    /// <exception cref="TransportException">The address cannot be used; the message says why and what mends it.</exception>
    ValueTask<ITransportListener> BindAsync(string address, CancellationToken cancellationToken);
}

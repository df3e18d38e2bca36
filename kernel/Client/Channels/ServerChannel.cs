namespace KeychainAuth.Client.Channels;

/// <summary>The operating system's channel to the daemon, checked before anything is sent. Not thread-safe.</summary>
internal abstract class ServerChannel : IDisposable
{
    /// <summary>Connects, and checks who listens.</summary>
    /// <exception cref="KeychainAuthException">Nobody listens, or it is not certain who does.</exception>
    internal static async Task<ServerChannel> OpenAsync(string address, string? expectedServer, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return await PipeChannel.ConnectAsync(address, expectedServer, cancellationToken);
        }

        return expectedServer is null
            ? await SocketChannel.ConnectAsync(address, cancellationToken)
            : throw new KeychainAuthException(
                KeychainAuthError.UntrustedServer, "Which executable serves the socket can be checked on Windows only: leave ServerPath out.");
    }

    /// <summary>Sends all of it.</summary>
    /// <returns>False when the daemon has closed the connection: it may have said why before, so the caller reads on.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    internal abstract ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Receives what is there, waiting for at least one byte.</summary>
    /// <returns>How much; 0 at the end.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    internal abstract ValueTask<int> ReceiveAsync(Memory<byte> room, CancellationToken cancellationToken);

    public abstract void Dispose();

    private protected static KeychainAuthException NotRunning(string address, Exception cause) => new(
        KeychainAuthError.NotRunning,
        $"No daemon answers on {address} ({cause.Message}). Start it with 'keychain-auth start'.",
        innerException: cause);
}

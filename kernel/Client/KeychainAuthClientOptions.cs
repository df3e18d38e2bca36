namespace KeychainAuth.Client;

/// <summary>How to reach the daemon.</summary>
public sealed class KeychainAuthClientOptions
{
    /// <summary>The daemon's socket; null means <c>KEYCHAIN_AUTH_SOCKET</c>, or else the platform's default.</summary>
    public string? SocketPath { get; init; }

    /// <summary>
    /// How long connecting, and each request, may take; 60 seconds unless set. A keychain may ask a person for a
    /// password meanwhile. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits for ever.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}

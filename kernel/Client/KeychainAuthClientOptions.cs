namespace KeychainAuth.Client;

/// <summary>How to reach the daemon.</summary>
public sealed class KeychainAuthClientOptions
{
    /// <summary>The daemon's socket, on Windows its pipe (<c>\\.\pipe\NAME</c>); null means <c>KEYCHAIN_AUTH_SOCKET</c>, else on Linux the system daemon's where one is installed, else the platform's default.</summary>
    public string? SocketPath { get; init; }

    /// <summary>
    /// On Windows the absolute path of the daemon's executable: nothing is sent to another. Null accepts any that no
    /// other user could have put there. On other systems it must be null, because it cannot be checked.
    /// </summary>
    public string? ServerPath { get; init; }

    /// <summary>
    /// How long connecting, and each request, may take; 60 seconds unless set. A keychain may ask a person for a
    /// password meanwhile. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits for ever.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}

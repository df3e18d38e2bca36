namespace KeychainAuth.Plugin.Testing;

/// <summary>A real process that has connected, for <see cref="VerifierConformance"/>.</summary>
public abstract class VerifierConformancePeer : IAsyncDisposable
{
    /// <summary>
    /// What a transport would say of it, as of its latest connection. Owned by this object; the same until
    /// <see cref="ReconnectAsync"/>.
    /// </summary>
    public abstract PeerCredentials Credentials { get; }

    /// <summary>The absolute path of the file it runs, without links.</summary>
    public abstract string ExecutablePath { get; }

    /// <summary>
    /// Makes the same process connect once more. <see cref="PeerCredentials.ConnectedAfter"/> is an instant read before
    /// that, or null where the platform's transport cannot tell.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract ValueTask ReconnectAsync(CancellationToken cancellationToken);

    /// <summary>Ends the process and waits until the system has forgotten it. Idempotent.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract ValueTask StopAsync(CancellationToken cancellationToken);

    /// <summary>Stops the process and closes its connections.</summary>
    public abstract ValueTask DisposeAsync();
}

using KeychainAuth.Core.Paths;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Daemon.Pending;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Daemon.Stores;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Users;

/// <summary>Everything that belongs to one user: whatever a request touches is found through this.</summary>
/// <param name="UserId">The user; null on Windows.</param>
/// <param name="Sid">The user's security identifier on Windows; null elsewhere.</param>
/// <param name="Paths">Where what the daemon keeps for this user lies.</param>
/// <param name="Policies">What programs of this user may do.</param>
/// <param name="Pending">Programs of this user that wait for approval.</param>
/// <param name="Audit">This user's log; closed with the scope.</param>
/// <param name="Store">This user's secrets; closed with the scope.</param>
/// <param name="Limiter">Counts this user's connections.</param>
internal sealed record UserScope(
    uint? UserId, string? Sid, UserPaths Paths, PolicySource Policies, PendingRecorder Pending, AuditTrail Audit, StoreAccess Store, ConnectionLimiter Limiter) : IAsyncDisposable
{
    /// <summary>Replaces the key that this user's values are sealed with; null where they are not sealed.</summary>
    internal KeyRotation? KeyRotation { get; init; }

    /// <summary>Whether programs are served only when they were launched, unless their entry says otherwise: in system mode.</summary>
    internal bool DemandsLaunch { get; init; }

    /// <summary>Whether a peer belongs to this user, by the kernel's word. Nobody does where there is none.</summary>
    internal bool Serves(PeerCredentials peer) =>
        (UserId is not null || Sid is not null) && peer.UserId == UserId && string.Equals(peer.Sid, Sid, StringComparison.Ordinal);

    /// <exception cref="Core.Audit.AuditException">The last records could not be put on disk; all is closed nevertheless.</exception>
    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Audit.Dispose();
    }
}

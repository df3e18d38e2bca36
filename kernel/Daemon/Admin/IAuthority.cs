using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Admin;

/// <summary>Decides whether a person stands behind a request.</summary>
internal interface IAuthority
{
    /// <summary>Asks; may take as long as a person takes to type a password.</summary>
    /// <param name="peer">The process that asks, on the kernel's word.</param>
    /// <param name="action">What it wants to do.</param>
    /// <param name="change">What would change, in words, for the person to read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when it may; otherwise why not and what mends it.</returns>
    Task<string?> FindRefusalAsync(PeerCredentials peer, AuthorityAction action, string change, CancellationToken cancellationToken);
}

namespace KeychainAuth.Plugin;

/// <summary>
/// An ability that a verifier may have beside <see cref="IPeerVerifier"/>: naming the signer of a program that does not
/// run. The command line asks it when a person registers a program; no connection depends on it.
/// </summary>
public interface IProgramSigners
{
    /// <summary>Who signed the program that lies at a path, in the form of <see cref="VerifiedPeer.SigningIdentity"/>.</summary>
    /// <param name="path">An absolute path without links.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where nobody did whom the platform vouches for.</returns>
    ValueTask<string?> FindSignerAsync(string path, CancellationToken cancellationToken);
}

namespace KeychainAuth.Plugin;

/// <summary>Establishes which executable a peer is really running. Says nothing about what it may do.</summary>
public interface IPeerVerifier : IAsyncDisposable
{
    /// <summary>
    /// Verifies a peer before anything is read from it. Must not trust anything that the peer says or controls, and
    /// must answer with a refusal, not an exception, when the kernel's answers are missing, ambiguous or contradictory.
    /// </summary>
    /// <param name="peer">The credentials captured at accept. Owned by the connection, which outlives the result.</param>
    /// <param name="cancellationToken">Gives up, for example when hashing takes too long.</param>
    /// <returns>A verified peer, which the caller disposes, or a refusal with its reason.</returns>
    ValueTask<VerificationResult> VerifyAsync(PeerCredentials peer, CancellationToken cancellationToken);
}

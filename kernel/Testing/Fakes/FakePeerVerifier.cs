namespace KeychainAuth.Plugin.Testing;

/// <summary>A verifier that answers what a test wants.</summary>
/// <param name="answer">Called for each peer; must return a new result each time, because the receiver disposes it.</param>
public sealed class FakePeerVerifier(Func<PeerCredentials, VerificationResult> answer) : IPeerVerifier
{
    private int _calls;

    /// <summary>A verifier that sees one executable in everybody.</summary>
    /// <param name="executablePath">The executable.</param>
    /// <param name="sha256">Its hash.</param>
    /// <param name="attributable">What it says of attribution.</param>
    public FakePeerVerifier(string executablePath, string sha256, bool attributable = true)
        : this(_ => VerificationResult.Verified(new FakeVerifiedPeer(executablePath, sha256), attributable))
    {
    }

    /// <summary>How often it was asked.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <inheritdoc/>
    public ValueTask<VerificationResult> VerifyAsync(PeerCredentials peer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _calls);
        return ValueTask.FromResult(answer(peer));
    }

    /// <summary>Nothing to release.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

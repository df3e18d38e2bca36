namespace KeychainAuth.Plugin;

/// <summary>An ability of a <see cref="VerifiedPeer"/> whose verifier is an <see cref="ILaunchVerifier"/>.</summary>
public interface ILaunchedPeer
{
    /// <summary>
    /// Whether the process became this image directly from a granted launcher, still has what the launcher gave it, and
    /// is closed to its user's other programs. What it starts in turn is not launched.
    /// </summary>
    bool IsLaunched { get; }

    /// <summary>The script that a launched interpreter was given; null of everything else.</summary>
    CodeFile? Script { get; }
}

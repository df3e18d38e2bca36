using System.Runtime.InteropServices;

namespace KeychainAuth.Plugin;

/// <summary>
/// An ability that a verifier may have beside <see cref="IPeerVerifier"/>: recognising programs that a trusted launcher
/// has started, which keeps other programs of the same user out of them. The launcher opens a program, asks the daemon,
/// and on a yes becomes that program within the same process.
/// </summary>
public interface ILaunchVerifier
{
    /// <summary>
    /// Whether a peer of this verifier is the installed launcher, with the authority it was installed with and protected
    /// from its user's other programs. Looks anew; false of everything else.
    /// </summary>
    /// <param name="peer">A peer that was verified.</param>
    bool IsLauncher(VerifiedPeer peer);

    /// <summary>
    /// Verifies the program that a launcher has opened, by the rules for a running executable. Nothing is remembered
    /// before <see cref="PreparedLaunch.Grant"/>.
    /// </summary>
    /// <param name="launcher">The peer that asks; <see cref="IsLauncher"/> holds of it. It outlives the result.</param>
    /// <param name="descriptors">
    /// The program; or an interpreter, the script, and the unchangeable copy of the script that the interpreter will
    /// read. They stay the caller's.
    /// </param>
    /// <param name="cancellationToken">Gives up, for example when hashing takes too long.</param>
    ValueTask<LaunchVerification> PrepareLaunchAsync(VerifiedPeer launcher, IReadOnlyList<SafeHandle> descriptors, CancellationToken cancellationToken);
}

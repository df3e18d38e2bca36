using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Files;

namespace KeychainAuth.Plugins.VerifyLinux;

/// <summary>
/// System mode: each user has a verifier of their own, with pins, digests and bounds of its own, so that no user can
/// push out what belongs to another, nor tell from the time it takes what another has run. What they share is the turn
/// at hashing. Verifiers stay until the end: there are no more than the users the daemon serves.
/// </summary>
internal sealed class ManyUsersVerifier(PluginContext context, VerifierSettings settings) : IPeerVerifier, ILaunchVerifier
{
    private readonly ConcurrentDictionary<uint, Lazy<LinuxPeerVerifier>> _verifiers = new();
    private readonly HashingLanes _lanes = new();

    /// <summary>The verifier of a user's programs.</summary>
    public LinuxPeerVerifier For(uint userId) =>
        _verifiers.GetOrAdd(userId, user => new Lazy<LinuxPeerVerifier>(() => Create(user))).Value;

    public ValueTask<VerificationResult> VerifyAsync(PeerCredentials peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return peer.UserId is { } user
            ? For(user).VerifyAsync(peer, cancellationToken)
            : ValueTask.FromResult(VerificationResult.Refused(VerificationRefusal.Unverifiable, "The kernel does not say whose process the peer is."));
    }

    public bool IsLauncher(VerifiedPeer peer) => peer is LinuxVerifiedPeer linux && For(linux.Pin.UserId).IsLauncher(peer);

    public ValueTask<LaunchVerification> PrepareLaunchAsync(
        VerifiedPeer launcher, IReadOnlyList<SafeHandle> descriptors, CancellationToken cancellationToken) =>
        launcher is LinuxVerifiedPeer linux
            ? For(linux.Pin.UserId).PrepareLaunchAsync(launcher, descriptors, cancellationToken)
            : ValueTask.FromResult(LaunchVerification.Refused(VerificationRefusal.Unverifiable, "Only the installed launcher may ask for a launch."));

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<LinuxPeerVerifier> verifier in _verifiers.Values)
        {
            await verifier.Value.DisposeAsync().ConfigureAwait(false);
        }
    }

    private LinuxPeerVerifier Create(uint user) => new(
        new PluginContext
        {
            Id = context.Id,
            Settings = context.Settings,
            StateDirectory = context.StateDirectory,
            Log = context.Log,
            Time = context.Time,
            Environment = new HostEnvironment
            {
                OperatingSystem = context.Environment.OperatingSystem,
                Markers = context.Environment.Markers,
                HomeDirectory = context.Environment.HomeDirectory,
                UserId = user,
            },
        },
        settings,
        _lanes);
}

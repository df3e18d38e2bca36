using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService.Bus;
using KeychainAuth.Plugins.StoreSecretService.Provider;

namespace KeychainAuth.Plugins.StoreSecretService;

/// <summary>Every way in which this store fails, each with its cause and one sentence that says what mends it.</summary>
internal static class Failures
{
    private const string Providers = "GNOME Keyring, KWallet (5.97 or later) or KeePassXC (with its Secret Service integration switched on)";

    internal static StoreException NoLibrary(Exception e) => new(
        StoreError.Unavailable, $"libsecret cannot be loaded ({e.GetType().Name}): install the package libsecret-1-0 (Debian), libsecret (Fedora, Arch) or libsecret-1-0 (openSUSE).", innerException: e);

    internal static StoreException NoBus() => new(
        StoreError.Unavailable, $"There is no session bus: neither {BusAddress.AddressVariable} (with a local socket) nor $XDG_RUNTIME_DIR/bus names one. Start the daemon within a desktop session; it never starts a bus itself.");

    internal static StoreException Unreachable(BusException e) => new(
        StoreError.Unavailable, $"The session bus does not let the daemon in ({e.Message}): it has gone, or belongs to another user. Start the daemon within the desktop session.", e.Code, innerException: e);

    internal static StoreException NoProvider(BusException e) => new(
        StoreError.Unavailable, $"Nobody provides the Secret Service ({ServiceNames.Bus}) on the session bus ({e.Message}): start {Providers}.", e.Code, innerException: e);

    internal static StoreException FailedStart(BusException e) => new(
        StoreError.Unavailable, $"The session bus could not start the Secret Service ({e.Message}): start {Providers} yourself to see why.", e.Code, innerException: e);

    internal static StoreException NoSession(BusException e) => new(
        StoreError.Unavailable, $"The Secret Service opens no session for the daemon ({e.Message}): it offers neither an encrypted nor a plain one.", e.Code, innerException: e);

    internal static StoreException Gone(ProviderGoneException e) => new(
        StoreError.Unavailable,
        e.BusIsGone
            ? "The session bus went away in the middle of the call; whether it had an effect is unknown. The daemon connects again by itself once there is a bus at the same address."
            : "The Secret Service went away in the middle of the call; whether it had an effect is unknown. The daemon goes on by itself once there is one again.",
        innerException: e);

    internal static StoreException Silent(TimeSpan timeout) => new(
        StoreError.Timeout, $"The Secret Service did not answer within {timeout.TotalSeconds:0} seconds; whether the call had an effect is unknown. It may hang, or be waiting for a person: look at it, or restart it.");

    internal static StoreException SilentBus(TimeSpan timeout) => new(
        StoreError.Timeout, $"The session bus did not answer within {timeout.TotalSeconds:0} seconds; nothing was done. It may hang: look at it, or start a new session.");

    internal static StoreException CannotPrompt() => new(
        StoreError.Locked, "The keychain is locked, or asks before it changes anything, and there is no display on which that could be answered: unlock it by other means.");

    internal static StoreException PromptDismissed() => new(
        StoreError.UserCancelled, "The keychain's prompt was dismissed, or could not be shown. Nothing was done.");

    internal static StoreException PromptDismissedBefore(TimeSpan remaining) => new(
        StoreError.UserCancelled, $"The keychain is locked and its prompt was dismissed a moment ago; it is shown again in {Math.Ceiling(remaining.TotalSeconds):0} seconds at the earliest. Unlock the keychain yourself to go on at once.");

    internal static StoreException PromptUnanswered(TimeSpan timeout) => new(
        StoreError.Locked, $"The keychain's prompt was not answered within {timeout.TotalSeconds:0} seconds and was taken back. Unlock the keychain, or try again.");

    internal static StoreException PromptOpen() => new(
        StoreError.Locked, "The keychain is locked and its prompt waits for an answer: answer it and try again.");

    internal static StoreException StillLocked() => new(
        StoreError.Locked, "The keychain is still locked after its prompt: unlock it by other means.");

    internal static StoreException Locked() => new(StoreError.Locked, "The keychain is locked: unlock it and try again.");

    internal static StoreException Undecipherable(SessionUnusableException e) => new(
        StoreError.Corrupt, "What the Secret Service gives back is not what was given to it, in two sessions one after the other: restart it. If this was a write, it may have stored something else.", innerException: e);

    /// <summary>For an error that a provider answered with.</summary>
    internal static StoreException From(BusException e) => e.RemoteName switch
    {
        ErrorNames.IsLocked => Locked(),
        ErrorNames.AccessDenied => new(StoreError.AccessDenied, "The Secret Service refuses the daemon access: allow it in the Secret Service's own settings.", e.Code, innerException: e),
        null => new(StoreError.Unavailable, $"The Secret Service answered in a way that its specification does not allow ({e.Message}).", e.Code, innerException: e),
        _ => new(StoreError.Unavailable, $"The Secret Service failed with {e.RemoteName}.", e.Code, innerException: e),
    };
}

using KeychainAuth.Windows;
using static Interop.WinNT;

namespace KeychainAuth.Plugins.TransportPipe;

/// <summary>
/// The pipe's security: who may connect, and that nobody changed it. Needs no Windows, because Wine stores it without
/// enforcing it: what is asked for is tested byte by byte.
/// </summary>
internal static class PipeSecurity
{
    /// <summary>
    /// Reading and writing, and with it creating further instances: clients open pipes with GENERIC_WRITE, of which that
    /// right is a part, so it cannot be withheld from programs of the user.
    /// </summary>
    internal const uint ClientRights = FILE_GENERIC_READ | FILE_GENERIC_WRITE;

    /// <summary>
    /// Owner: the user, and never Administrators, as an elevated process would have it by default. Nobody who is logged
    /// on over the network, then the user, and nobody else. No program below medium integrity.
    /// </summary>
    internal static SecurityDescriptor For(Sid user) => new()
    {
        Owner = user,
        IsProtected = true,
        Access = [AccessEntry.Deny(Sid.Network, GENERIC_ALL), AccessEntry.Allow(user, ClientRights)],
        Label = AccessEntry.Label(Sid.MediumIntegrity),
    };

    /// <summary>Compares what the system says the pipe's security is with what was asked for.</summary>
    /// <returns>Null when nobody has more than was asked for, otherwise what is wrong, in half a sentence.</returns>
    internal static string? FindFault(SecurityDescriptor actual, Sid user)
    {
        if (!user.Equals(actual.Owner))
        {
            return $"it belongs to {actual.Owner?.ToString() ?? "nobody"}, not to user {user}";
        }

        if (actual.Access is not { } entries)
        {
            return "it has no access list, so that everybody may connect";
        }

        if (!entries.Any(e => e.Type == ACCESS_DENIED_ACE_TYPE && Sid.Network.Equals(e.Sid)))
        {
            return "it does not keep out who is logged on over the network";
        }

        if (entries.FirstOrDefault(e => e.Type != ACCESS_DENIED_ACE_TYPE && !user.Equals(e.Sid)) is { } stranger)
        {
            return $"it lets {stranger.Sid?.ToString() ?? $"an entry of type {stranger.Type}"} connect";
        }

        // Windows adds flags of its own to a label; the level is what matters.
        return Sid.MediumIntegrity.Equals(actual.Label?.Sid) && (actual.Label.Mask & SYSTEM_MANDATORY_LABEL_NO_WRITE_UP) != 0
            ? null
            : "it has no medium mandatory label";
    }
}

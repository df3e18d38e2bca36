using KeychainAuth.Windows;
using static Interop.WinNT;

namespace KeychainAuth.Core.Windows;

/// <summary>
/// What a file's access list must say, and what it may not. The user, the system and the machine's administrators are
/// trusted, because nothing here could keep the latter two out. Needs no Windows.
/// </summary>
internal static class FileAccessRules
{
    /// <summary>Any right at all.</summary>
    internal const uint Anything = uint.MaxValue & ~SYNCHRONIZE;

    /// <summary>Rights with which somebody changes a file, or puts another one into its directory.</summary>
    internal const uint Change =
        FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES | FILE_DELETE_CHILD
        | DELETE | WRITE_DAC | WRITE_OWNER | MAXIMUM_ALLOWED | GENERIC_WRITE | GENERIC_ALL;

    /// <summary>
    /// Rights with which somebody replaces what lies in a directory. That others may add names to it, as to the root of
    /// a drive, harms none that are there.
    /// </summary>
    internal const uint ReplaceContent = FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER | MAXIMUM_ALLOWED | GENERIC_ALL;

    private const byte Inherit = OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE;

    /// <summary>The security of a file or directory that only the user enters: what is created in it inherits the same.</summary>
    internal static SecurityDescriptor OwnerOnly(Sid user, bool isDirectory) => new()
    {
        Owner = user,
        IsProtected = true,
        Access =
        [
            AccessEntry.Allow(user, FILE_ALL_ACCESS, isDirectory ? Inherit : (byte)0),
            AccessEntry.Allow(Sid.System, FILE_ALL_ACCESS, isDirectory ? Inherit : (byte)0),
        ],
    };

    /// <summary>Looks for somebody who is not trusted and has one of the rights.</summary>
    /// <param name="security">The file's security.</param>
    /// <param name="user">The daemon's user; null where even that user is not to have them.</param>
    /// <param name="rights">The rights that nobody else may have.</param>
    /// <returns>Null when there is none, otherwise how the sentence goes on that begins with the path.</returns>
    internal static string? FindFault(SecurityDescriptor security, Sid? user, uint rights)
    {
        if (security.Owner is not { } owner || !IsTrusted(owner, user))
        {
            string actual = security.Owner?.ToString() ?? "nobody";
            return user is null ? $"belongs to {actual}" : $"belongs to {actual}, not to user {user}";
        }

        if (security.Access is not { } entries)
        {
            return "has no access list, so that everybody may do anything with it";
        }

        foreach (AccessEntry entry in entries)
        {
            // A refusal takes nothing away from what is checked here; an entry of another kind may grant anything.
            if (entry.Type == ACCESS_DENIED_ACE_TYPE || entry.IsInheritOnly || (entry.Mask & rights) == 0)
            {
                continue;
            }

            if (entry.Sid is not { } who)
            {
                return $"has an access entry of type {entry.Type}, which is not understood here";
            }

            if (!IsTrusted(who, user) && !who.Equals(Sid.OwnerRights))
            {
                return $"is open to {who}";
            }
        }

        return null;
    }

    private static bool IsTrusted(Sid who, Sid? user) =>
        who.Equals(user) || who.Equals(Sid.System) || who.Equals(Sid.Administrators) || who.Equals(Sid.TrustedInstaller);
}

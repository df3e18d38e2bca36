using static Interop.WinNT;

namespace KeychainAuth.Windows;

/// <summary>One entry of an access control list.</summary>
/// <param name="Type">ACCESS_ALLOWED_ACE_TYPE and the like.</param>
/// <param name="Flags">How it is inherited.</param>
/// <param name="Mask">The rights.</param>
/// <param name="Sid">Whom it concerns; null where the entry is of a kind that is not understood here.</param>
internal sealed record AccessEntry(byte Type, byte Flags, uint Mask, Sid? Sid)
{
    /// <summary>Whether it says nothing about the object itself, only about what is created in it.</summary>
    internal bool IsInheritOnly => (Flags & INHERIT_ONLY_ACE) != 0;

    internal static AccessEntry Allow(Sid sid, uint mask, byte flags = 0) => new(ACCESS_ALLOWED_ACE_TYPE, flags, mask, sid);

    internal static AccessEntry Deny(Sid sid, uint mask, byte flags = 0) => new(ACCESS_DENIED_ACE_TYPE, flags, mask, sid);

    /// <summary>A mandatory label: who is below it may neither write nor read, whatever the other entries say.</summary>
    internal static AccessEntry Label(Sid level) =>
        new(SYSTEM_MANDATORY_LABEL_ACE_TYPE, 0, SYSTEM_MANDATORY_LABEL_NO_WRITE_UP | SYSTEM_MANDATORY_LABEL_NO_READ_UP, level);
}

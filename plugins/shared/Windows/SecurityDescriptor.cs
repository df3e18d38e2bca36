using System.Buffers.Binary;
using static Interop.WinNT;

namespace KeychainAuth.Windows;

/// <summary>
/// A self-relative security descriptor, [MS-DTYP] 2.4.6: what is asked of Windows, and what it answers. Needs no
/// Windows. Groups and audit entries mean nothing here and are left out.
/// </summary>
internal sealed record SecurityDescriptor
{
    private const int HeaderBytes = 20;
    private const int ListHeaderBytes = 8;
    private const int EntryHeaderBytes = 8;

    internal Sid? Owner { get; init; }

    /// <summary>Who may do what. Null lets everybody do everything.</summary>
    internal IReadOnlyList<AccessEntry>? Access { get; init; }

    /// <summary>Whether entries of the place it is created in stay out.</summary>
    internal bool IsProtected { get; init; }

    /// <summary>The mandatory label; null where there is none.</summary>
    internal AccessEntry? Label { get; init; }

    /// <exception cref="FormatException">The bytes contradict themselves.</exception>
    internal static SecurityDescriptor Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || bytes[0] != SECURITY_DESCRIPTOR_REVISION)
        {
            throw Malformed();
        }

        ushort control = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        if ((control & SE_SELF_RELATIVE) == 0)
        {
            throw Malformed();
        }

        int owner = Offset(bytes, 4);
        int system = Offset(bytes, 12);
        int access = Offset(bytes, 16);
        return new SecurityDescriptor
        {
            Owner = owner == 0 ? null : Sid.TryRead(bytes[owner..]) ?? throw Malformed(),
            Access = (control & SE_DACL_PRESENT) == 0 || access == 0 ? null : ReadList(bytes[access..]),
            IsProtected = (control & SE_DACL_PROTECTED) != 0,
            Label = (control & SE_SACL_PRESENT) == 0 || system == 0
                ? null
                : ReadList(bytes[system..]).Find(e => e.Type == SYSTEM_MANDATORY_LABEL_ACE_TYPE && !e.IsInheritOnly),
        };
    }

    internal byte[] ToBytes()
    {
        byte[] owner = Owner is null ? [] : Owner.Bytes.ToArray();
        byte[] system = Label is null ? [] : WriteList([Label]);
        byte[] access = Access is null ? [] : WriteList(Access);
        byte[] bytes = new byte[HeaderBytes + owner.Length + system.Length + access.Length];
        ushort control = SE_SELF_RELATIVE;
        control |= Label is null ? (ushort)0 : SE_SACL_PRESENT;
        control |= Access is null ? (ushort)0 : SE_DACL_PRESENT;
        control |= IsProtected ? SE_DACL_PROTECTED : (ushort)0;
        bytes[0] = (byte)SECURITY_DESCRIPTOR_REVISION;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), control);
        int at = HeaderBytes;
        foreach ((int field, byte[] part) in (ReadOnlySpan<(int, byte[])>)[(4, owner), (12, system), (16, access)])
        {
            if (part.Length > 0)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(field), at);
                part.CopyTo(bytes, at);
                at += part.Length;
            }
        }

        return bytes;
    }

    private static int Offset(ReadOnlySpan<byte> bytes, int field)
    {
        int offset = BinaryPrimitives.ReadInt32LittleEndian(bytes[field..]);
        return offset >= 0 && offset < bytes.Length ? offset : throw Malformed();
    }

    private static List<AccessEntry> ReadList(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < ListHeaderBytes)
        {
            throw Malformed();
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        var entries = new List<AccessEntry>(count);
        ReadOnlySpan<byte> rest = bytes[ListHeaderBytes..];
        for (int i = 0; i < count; i++)
        {
            int size = rest.Length < EntryHeaderBytes ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (size < EntryHeaderBytes || size > rest.Length)
            {
                throw Malformed();
            }

            // Entries with other types carry more before the identifier, or conditions behind it.
            Sid? sid = rest[0] is ACCESS_ALLOWED_ACE_TYPE or ACCESS_DENIED_ACE_TYPE or SYSTEM_MANDATORY_LABEL_ACE_TYPE
                ? Sid.TryRead(rest[EntryHeaderBytes..size]) ?? throw Malformed()
                : null;
            entries.Add(new AccessEntry(rest[0], rest[1], BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]), sid));
            rest = rest[size..];
        }

        return entries;
    }

    private static byte[] WriteList(IReadOnlyList<AccessEntry> entries)
    {
        byte[] bytes = new byte[ListHeaderBytes + entries.Sum(e => EntryHeaderBytes + e.Sid!.Bytes.Length)];
        bytes[0] = ACL_REVISION;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), (ushort)entries.Count);
        Span<byte> rest = bytes.AsSpan(ListHeaderBytes);
        foreach (AccessEntry entry in entries)
        {
            int size = EntryHeaderBytes + entry.Sid!.Bytes.Length;
            rest[0] = entry.Type;
            rest[1] = entry.Flags;
            BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], (ushort)size);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], entry.Mask);
            entry.Sid.Bytes.CopyTo(rest[EntryHeaderBytes..]);
            rest = rest[size..];
        }

        return bytes;
    }

    private static FormatException Malformed() => new("The security descriptor makes no sense.");
}

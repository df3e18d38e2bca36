using System.Buffers.Binary;
using System.Globalization;

namespace KeychainAuth.Windows;

/// <summary>A Windows security identifier, [MS-DTYP] 2.4.2. Needs no Windows, so that what is asked of it can be tested anywhere.</summary>
internal sealed class Sid : IEquatable<Sid>
{
    private const int HeaderBytes = 8;
    private const int MaxSubAuthorities = 15;

    private readonly byte[] _bytes;

    private Sid(byte[] bytes) => _bytes = bytes;

    /// <summary>Whoever is logged on over the network.</summary>
    internal static Sid Network { get; } = Parse("S-1-5-2");

    /// <summary>The operating system itself.</summary>
    internal static Sid System { get; } = Parse("S-1-5-18");

    /// <summary>The machine's administrators.</summary>
    internal static Sid Administrators { get; } = Parse("S-1-5-32-544");

    /// <summary>The service that owns Windows' own files.</summary>
    internal static Sid TrustedInstaller { get; } = Parse("S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464");

    /// <summary>Stands in an inheritable entry for whoever creates the object that inherits it.</summary>
    internal static Sid CreatorOwner { get; } = Parse("S-1-3-0");

    /// <summary>Takes the place of what an owner may otherwise do without an entry.</summary>
    internal static Sid OwnerRights { get; } = Parse("S-1-3-4");

    /// <summary>The integrity level of ordinary programs.</summary>
    internal static Sid MediumIntegrity { get; } = Parse("S-1-16-8192");

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads the string form with a decimal authority, <c>S-1-5-...</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static Sid Parse(string text)
    {
        string[] parts = text.Split('-');
        if (parts.Length is < 4 or > MaxSubAuthorities + 3 || parts[0] != "S" || parts[1] != "1"
            || !ulong.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong authority) || authority >> 48 != 0)
        {
            throw new FormatException($"'{text}' is no security identifier.");
        }

        byte[] bytes = new byte[HeaderBytes + (4 * (parts.Length - 3))];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, authority);
        bytes[0] = 1;
        bytes[1] = (byte)(parts.Length - 3);
        for (int i = 3; i < parts.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(
                bytes.AsSpan(HeaderBytes + (4 * (i - 3))),
                uint.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out uint part)
                    ? part
                    : throw new FormatException($"'{text}' is no security identifier."));
        }

        return new Sid(bytes);
    }

    /// <summary>Reads the binary form from the beginning of a span.</summary>
    /// <returns>Null when it is none.</returns>
    internal static Sid? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || bytes[0] != 1 || bytes[1] is 0 or > MaxSubAuthorities)
        {
            return null;
        }

        int length = HeaderBytes + (4 * bytes[1]);
        return bytes.Length < length ? null : new Sid(bytes[..length].ToArray());
    }

    public bool Equals(Sid? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as Sid);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>The string form.</summary>
    public override string ToString()
    {
        ulong authority = BinaryPrimitives.ReadUInt64BigEndian(_bytes) & 0xFFFF_FFFF_FFFF;
        var parts = new List<string> { "S", "1", authority.ToString(CultureInfo.InvariantCulture) };
        for (int at = HeaderBytes; at < _bytes.Length; at += 4)
        {
            parts.Add(BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at)).ToString(CultureInfo.InvariantCulture));
        }

        return string.Join('-', parts);
    }
}

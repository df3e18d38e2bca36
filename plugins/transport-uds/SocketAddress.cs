using System.Text;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>struct sockaddr_un, whose path starts at the third byte everywhere.</summary>
/// <param name="pathBytes">sizeof sun_path, the terminating NUL included.</param>
/// <param name="hasLength">Whether the length comes first (BSD: one byte of length, one of family) or the family has both bytes.</param>
internal sealed class SocketAddress(int pathBytes, bool hasLength)
{
    private const int PathOffset = 2;
    private const byte Family = Interop.Libc.AF_UNIX;

    internal int MaximumPathBytes => pathBytes - 1;

    /// <summary>The address as bind(2) and connect(2) want it, ended by NUL.</summary>
    internal byte[] Encode(string path)
    {
        byte[] encoded = new byte[PathOffset + Encoding.UTF8.GetByteCount(path) + 1];
        if (hasLength)
        {
            encoded[0] = (byte)encoded.Length;
            encoded[1] = Family;
        }
        else
        {
            BitConverter.TryWriteBytes(encoded, (ushort)Family);
        }

        Encoding.UTF8.GetBytes(path, encoded.AsSpan(PathOffset));
        return encoded;
    }

    /// <summary>The path in an address that getsockname(2) gave, or null when it is of another family, unnamed or abstract.</summary>
    internal string? Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length <= PathOffset
            || (hasLength ? encoded[1] : BitConverter.ToUInt16(encoded)) != Family
            || encoded[PathOffset] == 0)
        {
            return null;
        }

        ReadOnlySpan<byte> path = encoded[PathOffset..];
        int end = path.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? path : path[..end]);
    }
}

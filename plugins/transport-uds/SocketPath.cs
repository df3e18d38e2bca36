using System.Runtime.InteropServices;
using System.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>Addresses of this transport: absolute paths that fit into a struct sockaddr_un (unix(7)).</summary>
internal static class SocketPath
{
    /// <summary>sun_path holds 108 bytes; the last one is the terminating NUL.</summary>
    internal const int MaximumBytes = 107;

    private const int FamilyBytes = sizeof(ushort);

    internal static void Validate(string address)
    {
        if (!Path.IsPathRooted(address) || address.Contains('\0', StringComparison.Ordinal))
        {
            throw Invalid($"The socket address '{address.Replace("\0", "\\0", StringComparison.Ordinal)}' is not an absolute path; give one that starts with '/'.");
        }

        // One spelling only: what is checked, locked, bound and reported has to be the same name.
        string plain = Path.GetFullPath(address);
        if (plain != address || address.EndsWith('/'))
        {
            throw Invalid($"The socket path '{address}' has to name a file, without '.', '..' or doubled slashes: '{plain.TrimEnd('/')}'.");
        }

        int length = Encoding.UTF8.GetByteCount(address);
        if (length > MaximumBytes)
        {
            throw Invalid($"The socket path '{address}' has {length} bytes and a Unix socket's may have {MaximumBytes}; choose a shorter one with --socket or KEYCHAIN_AUTH_SOCKET.");
        }
    }

    internal static string DirectoryOf(string address) => Path.GetDirectoryName(address)!;

    /// <summary>The address as bind(2) and connect(2) want it.</summary>
    internal static byte[] Encode(string address)
    {
        byte[] encoded = new byte[FamilyBytes + Encoding.UTF8.GetByteCount(address) + 1];
        MemoryMarshal.Write(encoded, (ushort)Interop.Libc.AF_UNIX);
        Encoding.UTF8.GetBytes(address, encoded.AsSpan(FamilyBytes));
        return encoded;
    }

    /// <summary>The path in an address that getsockname(2) gave, or null when the socket is unnamed or abstract.</summary>
    internal static string? Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length <= FamilyBytes || encoded[FamilyBytes] == 0)
        {
            return null;
        }

        ReadOnlySpan<byte> path = encoded[FamilyBytes..];
        int end = path.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? path : path[..end]);
    }

    private static TransportException Invalid(string message) => new(TransportError.InvalidAddress, message);
}

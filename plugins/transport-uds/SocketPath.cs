using System.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>Addresses of this transport: absolute paths that fit into a struct sockaddr_un.</summary>
internal static class SocketPath
{
    /// <param name="address">What was asked for.</param>
    /// <param name="maximumBytes">What the system's struct sockaddr_un has room for.</param>
    /// <exception cref="TransportException">It is no such path; the message says what mends it.</exception>
    internal static void Validate(string address, int maximumBytes)
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
        if (length > maximumBytes)
        {
            throw Invalid($"The socket path '{address}' has {length} bytes and a Unix socket's may have {maximumBytes}; choose a shorter one with --socket or KEYCHAIN_AUTH_SOCKET.");
        }
    }

    internal static string DirectoryOf(string address) => Path.GetDirectoryName(address)!;

    private static TransportException Invalid(string message) => new(TransportError.InvalidAddress, message);
}

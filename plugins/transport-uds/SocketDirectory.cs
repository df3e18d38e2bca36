using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// The directory that holds the socket. In user mode its mode, 0700, is what keeps other users out. Nobody else may be able to put
/// another directory in its place either, so the way to it is checked too. Since only this user and root can change
/// anything on that way, the checks cannot be outrun by anybody they guard against.
/// </summary>
internal static class SocketDirectory
{
    /// <summary>Creates the directory if it is absent, then checks it.</summary>
    /// <exception cref="TransportException">It is not safe; the message says what mends it.</exception>
    internal static void Ensure(string directory, SocketAccess access)
    {
        if (Libc.StatX(directory, followLink: false, out _) < 0
            && Marshal.GetLastPInvokeError() == Errno.ENOENT
            && !DirectoryAncestors.Check(directory))
        {
            Create(directory, access);
        }

        Check(directory, access);
    }

    /// <summary>Checks a directory that has to exist.</summary>
    /// <exception cref="TransportException">It is not safe; the message says what mends it.</exception>
    internal static void Check(string directory, SocketAccess access)
    {
        if (Libc.StatX(directory, followLink: false, out Libc.statx_buffer status) < 0)
        {
            throw Unsafe($"The directory {directory} cannot be looked at: {Describe(Marshal.GetLastPInvokeError())}.");
        }

        if (status.FileType == Libc.S_IFLNK)
        {
            throw Unsafe($"{directory} is a symbolic link, and the socket's directory must not be; name the directory itself with --socket.");
        }

        if (status.FileType != Libc.S_IFDIR)
        {
            throw Unsafe($"{directory} is not a directory; move it away or choose another place with --socket.");
        }

        if (!access.MayOwn(status.stx_uid))
        {
            throw Unsafe($"The directory {directory} belongs to user {status.stx_uid} and the daemon runs as {Libc.GetEUid()}; choose a directory of your own with --socket.");
        }

        if ((status.Permissions & Libc.S_ISVTX) != 0)
        {
            // Such as /tmp, which nobody should be told to close.
            throw Unsafe($"The directory {directory} is shared with other users; choose a directory of your own with --socket.");
        }

        if (access.IsTooOpenForDirectory(status.Permissions))
        {
            string mode = Convert.ToString(status.Permissions, 8).PadLeft(4, '0');
            throw Unsafe($"The directory {directory} is open to other users (mode {mode}); close it with: chmod {Convert.ToString((int)access.DirectoryMode, 8)} {directory}");
        }

        if (!DirectoryAncestors.Check(directory))
        {
            throw Unsafe($"The directory {directory} was moved while it was looked at; try again.");
        }
    }

    private static void Create(string directory, SocketAccess access)
    {
        try
        {
            // One by one: the runtime gives the mode to the last one only, and the umask decides about those above.
            if (Path.GetDirectoryName(directory) is { } parent && !Directory.Exists(parent))
            {
                Create(parent, access);
            }

            Directory.CreateDirectory(directory, access.DirectoryMode);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unsafe($"The directory {directory} cannot be created: {failure.Message}");
        }
    }

    private static TransportException Unsafe(string message) => new(TransportError.UnsafeAddress, message);
}

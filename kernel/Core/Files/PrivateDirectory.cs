using System.Runtime.InteropServices;
using KeychainAuth.Core.Windows;

namespace KeychainAuth.Core.Files;

/// <summary>Directories that only the daemon's user may enter.</summary>
internal static class PrivateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates the directory with mode 0700, or an access list to that effect, where it is missing and checks it where it exists.</summary>
    /// <exception cref="UnsafePathException">It is a link, belongs to somebody else, or is open to others.</exception>
    /// <exception cref="IOException">It cannot be created.</exception>
    internal static void Ensure(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsPrivateDirectory.Ensure(path);
            return;
        }

        Directory.CreateDirectory(path, OwnerOnly);
        Check(path);
    }

    /// <summary>Checks the directory where it exists. Changes nothing.</summary>
    /// <exception cref="UnsafePathException">It is a link, belongs to somebody else, or is open to others.</exception>
    internal static void CheckExisting(string path)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            WindowsPrivateDirectory.Check(path);
        }
        else
        {
            Check(path);
        }
    }

    private static void Check(string path)
    {
        if (Interop.Libc.StatX(path, followLink: false, out Interop.Libc.statx_buffer status) != 0)
        {
            throw new IOException($"{path} cannot be looked at: {Interop.Describe(Marshal.GetLastPInvokeError())}.");
        }

        if (status.FileType != Interop.Libc.S_IFDIR)
        {
            throw new UnsafePathException($"{path} must be a directory itself, not a link or a file: move it away.");
        }

        uint self = Interop.Libc.GetEUid();
        if (status.stx_uid != self)
        {
            throw new UnsafePathException($"{path} belongs to user {status.stx_uid}, not to user {self}: move it away or run as its owner.");
        }

        if ((status.Permissions & 0b000_111_111) != 0)
        {
            // A sticky directory is meant for everybody: closing it would break the machine.
            throw new UnsafePathException((status.Permissions & Interop.Libc.S_ISVTX) != 0
                ? $"{path} is a directory for everybody: choose one of your own below it."
                : $"{path} is open to other users: run 'chmod 700 {path}'.");
        }
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Files;

/// <summary>Puts what was written on disk, and says when the disk did not take it.</summary>
internal static class DiskSync
{
    /// <exception cref="IOException">The disk did not take it. What it holds of the file is not known.</exception>
    internal static void Flush(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            // On macOS it asks for F_FULLFSYNC, which fsync(2) there is not.
            RandomAccess.FlushToDisk(file);
            return;
        }

        // Ours, because .NET's own says nothing when fsync(2) fails with EIO (seen with .NET 10.0.12).
        int errno;
        do
        {
            if (Interop.Libc.FSync(file) == 0)
            {
                return;
            }

            errno = Marshal.GetLastPInvokeError();
        }
        while (errno == Interop.Errno.EINTR);
        throw new IOException($"{path} cannot be put on disk: {Interop.Describe(errno)}.");
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;

namespace KeychainAuth.Core.Windows;

/// <summary>A lock on the first byte of a file, held through one handle.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsFileLock
{
    /// <param name="path">The file, for what is said when it fails.</param>
    /// <param name="file">The handle.</param>
    /// <param name="isShared">Whether others may hold it, too, who ask for no more than that.</param>
    /// <returns>False when somebody else holds it.</returns>
    /// <exception cref="IOException">It cannot be had for another reason.</exception>
    internal static bool TryEnter(string path, SafeFileHandle file, bool isShared)
    {
        var first = default(Interop.OVERLAPPED);
        uint flags = LOCKFILE_FAIL_IMMEDIATELY | (isShared ? 0 : LOCKFILE_EXCLUSIVE_LOCK);
        if (LockFileEx(file, flags, 0, 1, 0, ref first))
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error is Interop.WinError.ERROR_LOCK_VIOLATION or Interop.WinError.ERROR_IO_PENDING
            ? false
            : throw WindowsFile.Failure(path, "cannot be locked", error);
    }

    internal static void Exit(SafeFileHandle file)
    {
        // Unlocking what we hold cannot fail in a way that leaves it locked beyond the handle's closing.
        var first = default(Interop.OVERLAPPED);
        _ = UnlockFileEx(file, 0, 1, 0, ref first);
    }
}

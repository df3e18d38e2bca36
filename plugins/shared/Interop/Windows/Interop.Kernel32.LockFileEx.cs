using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        internal const uint LOCKFILE_FAIL_IMMEDIATELY = 0x1;
        internal const uint LOCKFILE_EXCLUSIVE_LOCK = 0x2;

        /// <summary>LockFileEx: locks a range, which the system releases when the handle is closed, however its holder ends.</summary>
        /// <returns>Whether it did; ERROR_LOCK_VIOLATION when somebody else holds it.</returns>
        [LibraryImport(Library, SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static partial bool LockFileEx(
            SafeFileHandle hFile, uint dwFlags, uint dwReserved, uint nNumberOfBytesToLockLow, uint nNumberOfBytesToLockHigh, ref OVERLAPPED lpOverlapped);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int LOCK_SH = 1;
        internal const int LOCK_EX = 2;
        internal const int LOCK_NB = 4;
        internal const int LOCK_UN = 8;

        /// <summary>flock(2): an advisory lock of the open file description; the kernel drops it when the holder dies.</summary>
        /// <returns>0, or -1 with errno set (EAGAIN: somebody else holds it).</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "flock", SetLastError = true)]
        internal static partial int FLock(SafeHandle file, int operation);
    }
}

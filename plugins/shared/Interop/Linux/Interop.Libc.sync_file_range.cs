using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const uint SYNC_FILE_RANGE_WAIT_BEFORE = 1;
        internal const uint SYNC_FILE_RANGE_WRITE = 2;
        internal const uint SYNC_FILE_RANGE_WAIT_AFTER = 4;

        /// <summary>sync_file_range(2): writes a file's dirty pages out. Says nothing about its metadata.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "sync_file_range", SetLastError = true)]
        internal static partial int SyncFileRange(SafeHandle file, long offset, long count, uint flags);
    }
}

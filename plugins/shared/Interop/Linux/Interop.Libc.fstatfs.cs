using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const long EXT4_SUPER_MAGIC = 0xEF53;
        internal const long XFS_SUPER_MAGIC = 0x58465342;
        internal const long BTRFS_SUPER_MAGIC = 0x9123683E;
        internal const long F2FS_SUPER_MAGIC = 0xF2F52010;
        internal const long ZFS_SUPER_MAGIC = 0x2FC12FC1;
        internal const long TMPFS_MAGIC = 0x01021994;
        internal const long OVERLAYFS_SUPER_MAGIC = 0x794C7630;
        internal const long SQUASHFS_MAGIC = 0x73717368;
        internal const long EROFS_SUPER_MAGIC_V1 = 0xE0F5E1E2;
        internal const long PID_FS_MAGIC = 0x50494446;

        /// <summary>
        /// fstatfs(2): which file system an open file is on; values from linux/magic.h (ZFS: its own sources). A file
        /// system in a user's process answers when it pleases: look at its kind in the mount table first.
        /// </summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int FStatFs(SafeHandle file, out long type)
        {
            int result = fstatfs(file, out statfs_buffer buffer);
            type = buffer.f_type;
            return result;
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static partial int fstatfs(SafeHandle fd, out statfs_buffer buf);

        /// <summary>struct statfs, asm-generic/statfs.h, as 64-bit kernels have it (120 bytes); the rest is not used.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 256)]
        private struct statfs_buffer
        {
            internal long f_type;
        }
    }
}

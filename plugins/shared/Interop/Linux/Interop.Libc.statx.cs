using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int AT_FDCWD = -100;
        internal const int AT_SYMLINK_NOFOLLOW = 0x100;
        internal const int AT_EMPTY_PATH = 0x1000;

        internal const uint STATX_BASIC_STATS = 0x7ff;

        internal const int S_IFMT = 0xF000;
        internal const int S_IFSOCK = 0xC000;
        internal const int S_IFLNK = 0xA000;
        internal const int S_IFREG = 0x8000;
        internal const int S_IFDIR = 0x4000;
        internal const int S_ISVTX = 0x200;
        internal const int S_IWGRP = 0x10;
        internal const int S_IWOTH = 0x2;

        /// <summary>struct statx_timestamp, linux/stat.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct statx_timestamp : IEquatable<statx_timestamp>
        {
            internal long tv_sec;
            internal uint tv_nsec;
            private readonly int reserved;

            public readonly bool Equals(statx_timestamp other) => tv_sec == other.tv_sec && tv_nsec == other.tv_nsec;

            public override readonly bool Equals(object? obj) => obj is statx_timestamp other && Equals(other);

            public override readonly int GetHashCode() => HashCode.Combine(tv_sec, tv_nsec);
        }

        /// <summary>
        /// struct statx, linux/stat.h: 256 bytes, the same on every architecture. On macOS the same structure is filled
        /// from struct stat: identity, size, owner, mode and times.
        /// </summary>
        [StructLayout(LayoutKind.Sequential, Size = 256)]
        internal struct statx_buffer
        {
            internal uint stx_mask;
            internal uint stx_blksize;
            internal ulong stx_attributes;
            internal uint stx_nlink;
            internal uint stx_uid;
            internal uint stx_gid;
            internal ushort stx_mode;
            private readonly ushort spare0;
            internal ulong stx_ino;
            internal ulong stx_size;
            internal ulong stx_blocks;
            internal ulong stx_attributes_mask;
            internal statx_timestamp stx_atime;
            internal statx_timestamp stx_btime;
            internal statx_timestamp stx_ctime;
            internal statx_timestamp stx_mtime;
            internal uint stx_rdev_major;
            internal uint stx_rdev_minor;
            internal uint stx_dev_major;
            internal uint stx_dev_minor;
            internal ulong stx_mnt_id;

            internal readonly int FileType => stx_mode & S_IFMT;

            internal readonly int Permissions => stx_mode & 0xFFF;

            internal readonly bool IsSameFileAs(in statx_buffer other) =>
                stx_ino == other.stx_ino && stx_dev_major == other.stx_dev_major && stx_dev_minor == other.stx_dev_minor;
        }

        /// <summary>statx(2) of a path; on macOS stat(2).</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int StatX(string path, bool followLink, out statx_buffer buffer) => OperatingSystem.IsMacOS()
            ? DarwinStat(path, followLink, out buffer)
            : statx(AT_FDCWD, path, followLink ? 0 : AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out buffer);

        /// <summary>statx(2) of an open descriptor; on macOS fstat(2).</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int StatX(SafeHandle file, out statx_buffer buffer)
        {
            if (OperatingSystem.IsMacOS())
            {
                return DarwinStat(file, out buffer);
            }

            bool added = false;
            try
            {
                file.DangerousAddRef(ref added);
                return statx((int)file.DangerousGetHandle(), "", AT_EMPTY_PATH, STATX_BASIC_STATS, out buffer);
            }
            finally
            {
                if (added)
                {
                    file.DangerousRelease();
                }
            }
        }

        [LibraryImport(Libraries.Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int statx(int dirfd, string pathname, int flags, uint mask, out statx_buffer statxbuf);
    }
}

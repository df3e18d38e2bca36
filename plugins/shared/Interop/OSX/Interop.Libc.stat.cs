using System.Runtime.InteropServices;

#pragma warning disable CS8981 // Native structures keep the names of the headers they come from.

internal static partial class Interop
{
    internal static partial class Libc
    {
        // stat(2), sys/stat.h. On Intel the functions with 64-bit inode numbers have names of their own; on Apple silicon
        // there are no others.
        private const string Inode64 = "$INODE64";

        /// <summary>struct stat with 64-bit inode numbers, sys/stat.h (__DARWIN_STRUCT_STAT64): 144 bytes.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 144)]
        internal struct darwin_stat
        {
            internal int st_dev;
            internal ushort st_mode;
            internal ushort st_nlink;
            internal ulong st_ino;
            internal uint st_uid;
            internal uint st_gid;
            internal int st_rdev;
            internal darwin_timespec st_atimespec;
            internal darwin_timespec st_mtimespec;
            internal darwin_timespec st_ctimespec;
            internal darwin_timespec st_birthtimespec;
            internal long st_size;
            internal long st_blocks;
            internal int st_blksize;
            internal uint st_flags;
            internal uint st_gen;

            /// <summary>The same in the form in which the callers on all systems look at it.</summary>
            internal readonly statx_buffer ToStatX() => new()
            {
                stx_nlink = st_nlink,
                stx_uid = st_uid,
                stx_gid = st_gid,
                stx_mode = st_mode,
                stx_ino = st_ino,
                stx_size = (ulong)st_size,
                stx_mtime = st_mtimespec.ToStatX(),
                stx_ctime = st_ctimespec.ToStatX(),
                stx_dev_minor = (uint)st_dev,
            };
        }

        /// <summary>struct timespec, sys/_types/_timespec.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct darwin_timespec
        {
            internal long tv_sec;
            internal long tv_nsec;

            internal readonly statx_timestamp ToStatX() => new() { tv_sec = tv_sec, tv_nsec = (uint)tv_nsec };
        }

        private static int DarwinStat(string path, bool followLink, out statx_buffer buffer)
        {
            darwin_stat status;
            int result = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
                ? followLink ? stat(path, out status) : lstat(path, out status)
                : followLink ? stat_inode64(path, out status) : lstat_inode64(path, out status);
            buffer = status.ToStatX();
            return result;
        }

        private static int DarwinStat(SafeHandle file, out statx_buffer buffer)
        {
            darwin_stat status;
            int result = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
                ? fstat(file, out status)
                : fstat_inode64(file, out status);
            buffer = status.ToStatX();
            return result;
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int stat(string path, out darwin_stat buf);

        [LibraryImport(Libraries.LibSystem, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int lstat(string path, out darwin_stat buf);

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static partial int fstat(SafeHandle fildes, out darwin_stat buf);

        [LibraryImport(Libraries.LibSystem, EntryPoint = "stat" + Inode64, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int stat_inode64(string path, out darwin_stat buf);

        [LibraryImport(Libraries.LibSystem, EntryPoint = "lstat" + Inode64, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int lstat_inode64(string path, out darwin_stat buf);

        [LibraryImport(Libraries.LibSystem, EntryPoint = "fstat" + Inode64, SetLastError = true)]
        private static partial int fstat_inode64(SafeHandle fildes, out darwin_stat buf);
    }
}

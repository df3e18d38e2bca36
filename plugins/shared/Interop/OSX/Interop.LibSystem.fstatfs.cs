using System.Runtime.InteropServices;
using System.Text;

#pragma warning disable CS8981 // Native structures keep the names of the headers they come from.

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>sys/mount.h: the file system is on this machine.</summary>
        internal const uint MNT_LOCAL = 0x1000;

        /// <summary>struct statfs with 64-bit inode numbers, sys/mount.h (__DARWIN_STRUCT_STATFS64): 2168 bytes.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 2168)]
        internal unsafe struct statfs_buffer
        {
            internal uint f_bsize;
            internal int f_iosize;
            internal ulong f_blocks;
            internal ulong f_bfree;
            internal ulong f_bavail;
            internal ulong f_files;
            internal ulong f_ffree;
            internal fixed int f_fsid[2];
            internal uint f_owner;
            internal uint f_type;
            internal uint f_flags;
            internal uint f_fssubtype;
            internal fixed byte f_fstypename[16];

            /// <summary>The kind of file system: apfs, hfs, macfuse, smbfs and so on.</summary>
            internal readonly string TypeName
            {
                get
                {
                    fixed (byte* name = f_fstypename)
                    {
                        var bytes = new ReadOnlySpan<byte>(name, 16);
                        int end = bytes.IndexOf((byte)0);
                        return Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
                    }
                }
            }
        }

        /// <summary>fstatfs(2): which file system an open file is on.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int FStatFs(SafeHandle file, out statfs_buffer buffer) =>
            RuntimeInformation.ProcessArchitecture == Architecture.Arm64
                ? fstatfs(file, out buffer)
                : fstatfs_inode64(file, out buffer);

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static partial int fstatfs(SafeHandle fd, out statfs_buffer buf);

        [LibraryImport(Libraries.LibSystem, EntryPoint = "fstatfs$INODE64", SetLastError = true)]
        private static partial int fstatfs_inode64(SafeHandle fd, out statfs_buffer buf);
    }
}

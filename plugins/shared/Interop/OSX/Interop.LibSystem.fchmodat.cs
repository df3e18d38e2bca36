using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        private const int AT_FDCWD = -2;
        private const int AT_SYMLINK_NOFOLLOW = 0x20;

        /// <summary>fchmodat(2) of an absolute path; a symbolic link is changed itself.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int ChModNoFollow(string path, ushort mode) => fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW);

        [LibraryImport(Libraries.LibSystem, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int fchmodat(int fd, string path, ushort mode, int flag);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>renameat(2) inside one directory: atomic, and a name that exists is replaced.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int RenameIn(SafeHandle directory, string from, string to) => renameat(directory, from, directory, to);

        [LibraryImport(Libraries.Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int renameat(SafeHandle olddirfd, string oldpath, SafeHandle newdirfd, string newpath);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>unlinkat(2) of a name that is no directory; a symbolic link is removed, not its target.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int UnlinkIn(SafeHandle directory, string name) => unlinkat(directory, name, 0);

        [LibraryImport(Libraries.Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int unlinkat(SafeHandle dirfd, string pathname, int flags);
    }
}

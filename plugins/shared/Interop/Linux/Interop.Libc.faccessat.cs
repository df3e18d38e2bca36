using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int X_OK = 1;
        internal const int W_OK = 2;
        internal const int R_OK = 4;
        internal const int AT_EACCESS = 0x200;

        /// <summary>faccessat(2) for the effective user: whether a path may be used so, without using it.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int EffectiveAccess(string path, int mode) => faccessat(AT_FDCWD, path, mode, AT_EACCESS);

        [LibraryImport(Libraries.Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int faccessat(int dirfd, string pathname, int mode, int flags);
    }
}

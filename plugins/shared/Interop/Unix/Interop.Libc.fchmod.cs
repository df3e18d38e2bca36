using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>
        /// fchmod(2). On Linux it also works on a socket that is not bound yet: bind(2) then creates the socket's file
        /// with this mode (less the umask). macOS answers EINVAL.
        /// </summary>
        /// <returns>0, or -1 with errno set.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "fchmod", SetLastError = true)]
        internal static partial int FChMod(SafeHandle file, uint mode);
    }
}

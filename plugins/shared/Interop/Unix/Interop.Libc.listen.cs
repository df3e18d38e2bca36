using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>listen(2). On Linux it also fixes the credentials that a client sees as its peer's.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "listen", SetLastError = true)]
        internal static partial int Listen(SafeHandle socket, int backlog);
    }
}

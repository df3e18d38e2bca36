using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>tcgetattr(3): how a terminal behaves.</summary>
        /// <returns>0, or -1 with errno set (ENOTTY: no terminal).</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "tcgetattr", SetLastError = true)]
        internal static partial int TcGetAttr(SafeHandle terminal, out termios attributes);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>TCSAFLUSH: when output is done, and with what was typed before thrown away.</summary>
        internal const int TCSAFLUSH = 2;

        /// <summary>tcsetattr(3): changes how a terminal behaves.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "tcsetattr", SetLastError = true)]
        internal static partial int TcSetAttr(SafeHandle terminal, int when, in termios attributes);
    }
}

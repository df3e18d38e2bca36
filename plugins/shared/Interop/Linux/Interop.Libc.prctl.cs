using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int PR_GET_DUMPABLE = 3;
        internal const int PR_SET_DUMPABLE = 4;
        internal const int PR_CAP_AMBIENT = 47;
        internal const int PR_CAP_AMBIENT_CLEAR_ALL = 4;

        /// <summary>
        /// prctl(2). The function is variadic in glibc and takes its arguments as a fixed function does on the Linux
        /// calling conventions in use.
        /// </summary>
        /// <returns>What the option says, or -1 with errno set.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "prctl", SetLastError = true)]
        internal static partial int PrCtl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);
    }
}

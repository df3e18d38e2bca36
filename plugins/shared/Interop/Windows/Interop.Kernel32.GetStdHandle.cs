using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        internal const uint STD_INPUT_HANDLE = unchecked((uint)-10);
        internal const uint STD_OUTPUT_HANDLE = unchecked((uint)-11);
        internal const uint STD_ERROR_HANDLE = unchecked((uint)-12);

        /// <summary>GetStdHandle: one of this process's streams.</summary>
        /// <returns>A handle that is not to be closed; 0 or -1 where there is none.</returns>
        [LibraryImport(Library, SetLastError = true)]
        internal static partial nint GetStdHandle(uint nStdHandle);
    }
}

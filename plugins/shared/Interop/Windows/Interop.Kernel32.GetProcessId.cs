using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        /// <summary>GetProcessId: the number of the process that a handle names.</summary>
        /// <returns>0 with the last error set on failure.</returns>
        [LibraryImport(Library, SetLastError = true)]
        internal static partial uint GetProcessId(SafeHandle Process);
    }
}

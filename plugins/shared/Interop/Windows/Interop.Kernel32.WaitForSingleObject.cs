using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        internal const uint WAIT_OBJECT_0 = 0;
        internal const uint WAIT_TIMEOUT = 258;

        /// <summary>WaitForSingleObject: here, whether a process has ended.</summary>
        /// <returns>WAIT_TIMEOUT while it has not.</returns>
        [LibraryImport(Library, SetLastError = true)]
        internal static partial uint WaitForSingleObject(SafeHandle hHandle, uint dwMilliseconds);
    }
}

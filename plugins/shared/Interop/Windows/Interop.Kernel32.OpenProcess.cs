using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        /// <summary>OpenProcess: a handle that keeps naming the same process.</summary>
        /// <returns>A handle; invalid with the last error set when there is no such process or it is closed to us.</returns>
        [LibraryImport(Library, SetLastError = true)]
        internal static partial SafeProcessHandle OpenProcess(uint dwDesiredAccess, [MarshalAs(UnmanagedType.Bool)] bool bInheritHandle, uint dwProcessId);
    }
}

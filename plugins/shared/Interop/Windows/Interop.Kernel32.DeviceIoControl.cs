using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        internal const uint FSCTL_GET_REPARSE_POINT = 0x000900A8;

        // winnt.h: the longest that FSCTL_GET_REPARSE_POINT answers.
        internal const int MAXIMUM_REPARSE_DATA_BUFFER_SIZE = 16384;

        /// <summary>DeviceIoControl: here, what a reparse point leads to.</summary>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static unsafe partial bool DeviceIoControl(
            SafeFileHandle hDevice, uint dwIoControlCode, void* lpInBuffer, uint nInBufferSize, void* lpOutBuffer, uint nOutBufferSize, out uint lpBytesReturned, OVERLAPPED* lpOverlapped);
    }
}

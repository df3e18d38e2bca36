using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        /// <summary>ReadFile on a pipe that was opened for overlapped use.</summary>
        /// <param name="hFile">The pipe.</param>
        /// <param name="lpBuffer">Where to put the bytes.</param>
        /// <param name="nNumberOfBytesToRead">How many at most.</param>
        /// <param name="lpNumberOfBytesRead">Null: GetOverlappedResult says it.</param>
        /// <param name="lpOverlapped">With an event whose lowest bit is set, so that no completion port hears of it.</param>
        /// <returns>Whether it is done; ERROR_IO_PENDING when it is under way.</returns>
        [LibraryImport(Library, SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static unsafe partial bool ReadFile(
            SafePipeHandle hFile, byte* lpBuffer, uint nNumberOfBytesToRead, uint* lpNumberOfBytesRead, OVERLAPPED* lpOverlapped);
    }
}

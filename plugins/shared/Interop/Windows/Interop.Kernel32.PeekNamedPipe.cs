using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        /// <summary>PeekNamedPipe: here, how much can be read now.</summary>
        /// <param name="hNamedPipe">An instance.</param>
        /// <param name="lpBuffer">Null.</param>
        /// <param name="nBufferSize">0.</param>
        /// <param name="lpBytesRead">Null.</param>
        /// <param name="lpTotalBytesAvail">How many bytes are there.</param>
        /// <param name="lpBytesLeftThisMessage">Null.</param>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static unsafe partial bool PeekNamedPipe(
            SafePipeHandle hNamedPipe, void* lpBuffer, uint nBufferSize, uint* lpBytesRead, out uint lpTotalBytesAvail, uint* lpBytesLeftThisMessage);
    }
}

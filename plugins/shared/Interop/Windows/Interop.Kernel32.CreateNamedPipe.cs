using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        internal const uint PIPE_ACCESS_DUPLEX = 0x00000003;
        internal const uint FILE_FLAG_FIRST_PIPE_INSTANCE = 0x00080000;
        internal const uint FILE_FLAG_OVERLAPPED = 0x40000000;
        internal const uint PIPE_TYPE_BYTE = 0x0;
        internal const uint PIPE_READMODE_BYTE = 0x0;
        internal const uint PIPE_WAIT = 0x0;
        internal const uint PIPE_REJECT_REMOTE_CLIENTS = 0x8;
        internal const uint PIPE_UNLIMITED_INSTANCES = 255;

        /// <summary>CreateNamedPipeW: creates an instance of a pipe.</summary>
        /// <param name="lpName">The address.</param>
        /// <param name="dwOpenMode">PIPE_ACCESS_DUPLEX and flags.</param>
        /// <param name="dwPipeMode">PIPE_ flags.</param>
        /// <param name="nMaxInstances">How many instances the pipe may have; the same for all of them.</param>
        /// <param name="nOutBufferSize">Bytes.</param>
        /// <param name="nInBufferSize">Bytes.</param>
        /// <param name="nDefaultTimeOut">Milliseconds that WaitNamedPipe waits; 0 means 50.</param>
        /// <param name="lpSecurityAttributes">The security of the pipe, decided by its first instance.</param>
        /// <returns>A handle; invalid with the last error set on failure.</returns>
        [LibraryImport(Library, EntryPoint = "CreateNamedPipeW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
        internal static unsafe partial SafePipeHandle CreateNamedPipe(
            string lpName,
            uint dwOpenMode,
            uint dwPipeMode,
            uint nMaxInstances,
            uint nOutBufferSize,
            uint nInBufferSize,
            uint nDefaultTimeOut,
            SECURITY_ATTRIBUTES* lpSecurityAttributes);
    }
}

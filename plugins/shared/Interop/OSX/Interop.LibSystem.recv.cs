using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>recv(2). Descriptors that the peer passes along are dropped by the kernel, never installed.</summary>
        /// <returns>The number of bytes, 0 at the end of the stream, or -1 with errno set.</returns>
        internal static unsafe int Recv(SafeHandle socket, Span<byte> buffer, int flags)
        {
            fixed (byte* bytes = buffer)
            {
                return (int)recv(socket, bytes, (nuint)buffer.Length, flags);
            }
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial nint recv(SafeHandle socket, byte* buffer, nuint length, int flags);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>recv(2). Descriptors that the peer passes along are closed by the kernel, never installed.</summary>
        /// <returns>The number of bytes, 0 at the end of the stream, or -1 with errno set.</returns>
        internal static unsafe int Recv(SafeHandle socket, Span<byte> buffer, int flags)
        {
            fixed (byte* buf = buffer)
            {
                return (int)recv(socket, buf, (nuint)buffer.Length, flags);
            }
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static unsafe partial nint recv(SafeHandle sockfd, byte* buf, nuint len, int flags);
    }
}

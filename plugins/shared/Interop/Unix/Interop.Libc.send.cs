using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>send(2).</summary>
        /// <returns>The number of bytes taken, or -1 with errno set.</returns>
        internal static unsafe int Send(SafeHandle socket, ReadOnlySpan<byte> buffer, int flags)
        {
            fixed (byte* buf = buffer)
            {
                return (int)send(socket, buf, (nuint)buffer.Length, flags);
            }
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static unsafe partial nint send(SafeHandle sockfd, byte* buf, nuint len, int flags);
    }
}

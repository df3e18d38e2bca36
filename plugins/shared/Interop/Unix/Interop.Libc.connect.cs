using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>connect(2). On a Unix socket that does not block it never answers EINPROGRESS.</summary>
        /// <returns>0, or -1 with errno set (EAGAIN: alive, but its queue is full).</returns>
        internal static unsafe int Connect(SafeHandle socket, ReadOnlySpan<byte> address)
        {
            fixed (byte* addr = address)
            {
                return connect(socket, addr, (uint)address.Length);
            }
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static unsafe partial int connect(SafeHandle sockfd, byte* addr, uint addrlen);
    }
}

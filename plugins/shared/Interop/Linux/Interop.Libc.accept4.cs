using System.Net.Sockets;
using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>accept4(2). The new socket is not inherited by children and never blocks.</summary>
        /// <returns>A handle; invalid with errno set (EAGAIN: the queue is empty) on failure.</returns>
        internal static unsafe SafeSocketHandle Accept4(SafeHandle socket) =>
            new(accept4(socket, null, null, SOCK_CLOEXEC | SOCK_NONBLOCK), ownsHandle: true);

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static unsafe partial int accept4(SafeHandle sockfd, byte* addr, uint* addrlen, int flags);
    }
}

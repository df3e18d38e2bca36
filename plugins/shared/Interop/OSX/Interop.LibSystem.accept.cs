using System.Net.Sockets;
using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>
        /// accept(2). The new socket blocks or not as the listening one does. It is inherited by children until
        /// FD_CLOEXEC is set: macOS has no accept4.
        /// </summary>
        /// <returns>A handle; invalid with errno set (EAGAIN: the queue is empty) on failure.</returns>
        internal static unsafe SafeSocketHandle Accept(SafeHandle listener) => new(accept(listener, null, null), ownsHandle: true);

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial int accept(SafeHandle socket, byte* address, uint* address_len);
    }
}

using System.Net.Sockets;
using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>socket(2) for a Unix stream, not inherited by children and never blocking.</summary>
        /// <returns>A handle; invalid with errno set on failure.</returns>
        internal static SafeSocketHandle UnixStreamSocket() =>
            new(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), ownsHandle: true);

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static partial int socket(int domain, int type, int protocol);
    }
}

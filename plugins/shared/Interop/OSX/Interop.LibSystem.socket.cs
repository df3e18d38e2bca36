using System.Net.Sockets;
using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>socket(2) for a Unix stream. macOS has no flags here: see <see cref="Privatise"/>.</summary>
        /// <returns>A handle; invalid with errno set on failure.</returns>
        internal static SafeSocketHandle UnixStreamSocket() => new(socket(Libc.AF_UNIX, Libc.SOCK_STREAM, 0), ownsHandle: true);

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static partial int socket(int domain, int type, int protocol);
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Libc
    {
        private const int EFD_CLOEXEC = 0x80000;
        private const int EFD_NONBLOCK = 0x800;

        /// <summary>eventfd(2): a descriptor that becomes readable once something was written to it.</summary>
        /// <returns>A handle; invalid with errno set on failure.</returns>
        internal static SafeFileHandle EventFd() => new(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), ownsHandle: true);

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static partial int eventfd(uint initval, int flags);
    }
}

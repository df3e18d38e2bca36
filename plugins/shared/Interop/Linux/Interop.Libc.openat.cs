using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>asm-generic/fcntl.h: a descriptor that names a file without opening it.</summary>
        internal const int O_PATH = 0x200000;

        /// <summary>
        /// openat(2) without O_CREAT. Variadic in C; on Linux the three fixed arguments are passed as any others.
        /// </summary>
        /// <returns>A handle; invalid with errno set on failure.</returns>
        internal static SafeFileHandle OpenAt(SafeHandle directory, string name, int flags)
        {
            int fd;
            do
            {
                fd = openat(directory, name, flags | O_CLOEXEC);
            }
            while (fd < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            return new SafeFileHandle(fd, ownsHandle: true);
        }

        [LibraryImport(Libraries.Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int openat(SafeHandle dirfd, string pathname, int flags);
    }
}

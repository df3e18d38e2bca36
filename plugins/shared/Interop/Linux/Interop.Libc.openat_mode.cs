using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int O_CREAT = 0x40;
        internal const int O_EXCL = 0x80;

        /// <summary>
        /// openat(2) with its mode argument, so that O_CREAT may be given. The function is variadic: right on Linux,
        /// where variadic arguments travel like named ones; not to be used on macOS arm64.
        /// </summary>
        /// <returns>A handle; invalid with errno set on failure.</returns>
        internal static SafeFileHandle OpenAtWithMode(SafeHandle directory, string name, int flags, int mode)
        {
            int fd;
            do
            {
                fd = openat_mode(directory, name, flags | O_CLOEXEC, mode);
            }
            while (fd < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            return new SafeFileHandle(fd, ownsHandle: true);
        }

        [LibraryImport(Libraries.Libc, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int openat_mode(SafeHandle dirfd, string pathname, int flags, int mode);
    }
}

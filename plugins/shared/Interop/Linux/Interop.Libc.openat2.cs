using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const ulong RESOLVE_NO_MAGICLINKS = 0x02;
        internal const ulong RESOLVE_NO_SYMLINKS = 0x04;
        internal const ulong RESOLVE_CACHED = 0x20;

        // asm-generic/unistd.h; system calls from 424 on have one number on every architecture that .NET runs on.
        private const nint SYS_openat2 = 437;

        /// <summary>
        /// openat2(2) of an absolute path, through syscall(2) because C libraries in the field have no wrapper for it.
        /// </summary>
        /// <param name="path">An absolute path.</param>
        /// <param name="flags">O_ flags without O_CREAT; O_CLOEXEC is added.</param>
        /// <param name="resolve">RESOLVE_ flags, linux/openat2.h.</param>
        /// <returns>A handle; invalid with errno set on failure (ENOSYS before Linux 5.6).</returns>
        internal static SafeFileHandle OpenAt2(string path, int flags, ulong resolve)
        {
            open_how how = new() { flags = (uint)(flags | O_CLOEXEC), resolve = resolve };
            nint fd;
            do
            {
                fd = syscall(SYS_openat2, AT_FDCWD, path, in how, (nuint)Marshal.SizeOf<open_how>());
            }
            while (fd < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            return new SafeFileHandle(fd, ownsHandle: true);
        }

        [LibraryImport(Libraries.Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial nint syscall(nint number, nint dirfd, string pathname, in open_how how, nuint size);

        /// <summary>struct open_how, linux/openat2.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        private struct open_how
        {
            internal ulong flags;
            internal ulong mode;
            internal ulong resolve;
        }
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int O_RDONLY = 0;
        internal const int O_WRONLY = 1;
        internal const int O_RDWR = 2;

        internal static readonly int O_APPEND = OperatingSystem.IsMacOS() ? 0x8 : 0x400;
        internal static readonly int O_NONBLOCK = OperatingSystem.IsMacOS() ? 0x4 : 0x800;
        internal static readonly int O_DIRECTORY = OperatingSystem.IsMacOS() ? 0x100000 : ArmOr(0x4000, 0x10000);
        internal static readonly int O_NOFOLLOW = OperatingSystem.IsMacOS() ? 0x100 : ArmOr(0x8000, 0x20000);
        internal static readonly int O_CLOEXEC = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

        /// <summary>
        /// open(2) without O_CREAT. The function is variadic; leaving the mode out keeps the call right on macOS arm64
        /// too, so a file is created with FileMode.CreateNew instead.
        /// </summary>
        /// <returns>A handle; invalid with errno set on failure.</returns>
        internal static SafeFileHandle Open(string path, int flags)
        {
            int fd;
            do
            {
                fd = open(path, flags | O_CLOEXEC);
            }
            while (fd < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            return new SafeFileHandle(fd, ownsHandle: true);
        }

        // Linux numbers two flags differently on arm (asm/fcntl.h).
        private static int ArmOr(int arm, int others) =>
            RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? arm : others;

        [LibraryImport(Libraries.Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int open(string path, int flags);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        // sys/fcntl.h
        internal const int F_SETFD = 2;
        internal const int F_GETFL = 3;
        internal const int F_SETFL = 4;
        internal const int F_GETPATH = 50;
        internal const int F_DUPFD_CLOEXEC = 67;
        internal const int FD_CLOEXEC = 1;
        internal const int O_NONBLOCK = 4;

        /// <summary>
        /// fcntl(2) with an integer or pointer argument. The function is variadic: Apple's arm64 convention passes what stands
        /// in place of the dots on the stack, so there the six registers that the named arguments leave over are filled and the
        /// argument is the ninth. On Intel it travels as a third argument does.
        /// </summary>
        /// <returns>What the operation answers, or -1 with errno set.</returns>
        internal static int FCntl(SafeHandle file, int operation, nint argument) =>
            RuntimeInformation.ProcessArchitecture == Architecture.Arm64 && OperatingSystem.IsMacOS()
                ? fcntl_stack(file, operation, 0, 0, 0, 0, 0, 0, argument)
                : fcntl(file, operation, argument);

        /// <summary>Keeps a descriptor from children, and its reads and writes from waiting.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int Privatise(SafeHandle file)
        {
            int flags = FCntl(file, F_GETFL, 0);
            return flags < 0 || FCntl(file, F_SETFL, flags | O_NONBLOCK) < 0 ? -1 : FCntl(file, F_SETFD, FD_CLOEXEC);
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static partial int fcntl(SafeHandle fildes, int cmd, nint argument);

        [LibraryImport(Libraries.LibSystem, EntryPoint = "fcntl", SetLastError = true)]
        private static partial int fcntl_stack(
            SafeHandle fildes, int cmd, nint x2, nint x3, nint x4, nint x5, nint x6, nint x7, nint argument);
    }
}

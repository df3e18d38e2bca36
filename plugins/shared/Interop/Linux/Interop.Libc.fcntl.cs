using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int F_GETFD = 1;
        internal const int F_SETFD = 2;
        internal const int F_GETFL = 3;
        internal const int F_SETFL = 4;
        internal const int F_DUPFD_CLOEXEC = 1030;
        internal const int FD_CLOEXEC = 1;

        // linux/fcntl.h
        internal const int F_GET_SEALS = 1034;

        /// <summary>F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE: nobody can change the file or allow it again.</summary>
        internal const int AllSeals = 0xF;

        /// <summary>
        /// fcntl(2) with an integer argument. Linux only: the function is variadic, which macOS on arm64 passes
        /// differently.
        /// </summary>
        /// <returns>What the operation answers, or -1 with errno set.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "fcntl", SetLastError = true)]
        internal static partial int FCntl(SafeHandle file, int operation, int argument);
    }
}

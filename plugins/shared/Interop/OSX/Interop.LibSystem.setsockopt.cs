using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>setsockopt(2) of an integer option.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static unsafe int SetSockOpt(SafeHandle socket, int level, int name, int value) =>
            setsockopt(socket, level, name, &value, sizeof(int));

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial int setsockopt(SafeHandle socket, int level, int option_name, void* option_value, uint option_len);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>RLIMIT_CORE, sys/resource.h: 4 on Linux and macOS.</summary>
        internal const int RLIMIT_CORE = 4;

        /// <summary>struct rlimit, sys/resource.h, with a 64-bit rlim_t.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct rlimit
        {
            internal ulong rlim_cur;
            internal ulong rlim_max;
        }

        /// <summary>setrlimit(2).</summary>
        /// <returns>0, or -1 with errno set.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "setrlimit", SetLastError = true)]
        internal static partial int SetRLimit(int resource, in rlimit limit);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        private const int CTL_KERN = 1;
        private const int KERN_PROCARGS2 = 49;

        /// <summary>
        /// sysctl(3) of KERN_PROCARGS2, sys/sysctl.h: the number of arguments (32 bits), the path, NULs, then the arguments and
        /// the environment, each ended by NUL. The process may have rewritten it.
        /// </summary>
        /// <returns>The number of bytes, or -1 with errno set.</returns>
        internal static unsafe int ProcArgs(int processId, Span<byte> buffer)
        {
            int* name = stackalloc int[] { CTL_KERN, KERN_PROCARGS2, processId };
            nuint length = (nuint)buffer.Length;
            fixed (byte* bytes = buffer)
            {
                return sysctl(name, 3, bytes, &length, null, 0) == 0 ? (int)length : -1;
            }
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial int sysctl(int* name, uint namelen, void* oldp, nuint* oldlenp, void* newp, nuint newlen);
    }
}

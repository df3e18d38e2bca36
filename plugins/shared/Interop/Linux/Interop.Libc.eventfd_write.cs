using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>eventfd_write(3): adds to the counter, which makes the descriptor readable.</summary>
        /// <returns>0, or -1 with errno set (EAGAIN: it is as full, and as readable, as can be).</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "eventfd_write", SetLastError = true)]
        internal static partial int EventFdWrite(SafeHandle file, ulong value);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>fsync(2). On a directory it makes a rename inside it durable.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "fsync", SetLastError = true)]
        internal static partial int FSync(SafeHandle file);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>pread(2): reads at an offset, whatever else reads the same descriptor.</summary>
        /// <returns>The number of bytes, 0 at the end, or -1 with errno set.</returns>
        internal static int PRead(SafeHandle file, Span<byte> buffer, long offset)
        {
            nint count;
            do
            {
                count = pread(file, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, offset);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            return (int)count;
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static partial nint pread(SafeHandle fd, ref byte buf, nuint count, long offset);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>read(2) at the file's position; begun again after a signal.</summary>
        /// <returns>Bytes read, 0 at the end, or -1 with errno set.</returns>
        internal static nint Read(SafeHandle file, Span<byte> buffer)
        {
            nint count;
            do
            {
                count = read(file, buffer, (nuint)buffer.Length);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            return count;
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static partial nint read(SafeHandle fd, Span<byte> buf, nuint count);
    }
}

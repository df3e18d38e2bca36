using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>write(2) at the file's position; begun again after a signal. May write less than asked.</summary>
        /// <returns>Bytes written, or -1 with errno set.</returns>
        internal static nint Write(SafeHandle file, ReadOnlySpan<byte> buffer)
        {
            nint count;
            do
            {
                count = write(file, buffer, (nuint)buffer.Length);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            return count;
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static partial nint write(SafeHandle fd, ReadOnlySpan<byte> buf, nuint count);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>bind(2) to an encoded socket address.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static unsafe int Bind(SafeHandle socket, ReadOnlySpan<byte> address)
        {
            fixed (byte* addr = address)
            {
                return bind(socket, addr, (uint)address.Length);
            }
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static unsafe partial int bind(SafeHandle sockfd, byte* addr, uint addrlen);
    }
}

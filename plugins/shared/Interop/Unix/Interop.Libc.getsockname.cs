using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>getsockname(2): the encoded address a socket is bound to.</summary>
        /// <param name="socket">The socket.</param>
        /// <param name="address">Where to put the address.</param>
        /// <param name="length">Its real length, which may exceed the buffer's.</param>
        /// <returns>0, or -1 with errno set.</returns>
        internal static unsafe int GetSockName(SafeHandle socket, Span<byte> address, out int length)
        {
            uint addrlen = (uint)address.Length;
            int result;
            fixed (byte* addr = address)
            {
                result = getsockname(socket, addr, &addrlen);
            }

            length = (int)addrlen;
            return result;
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static unsafe partial int getsockname(SafeHandle sockfd, byte* addr, uint* addrlen);
    }
}

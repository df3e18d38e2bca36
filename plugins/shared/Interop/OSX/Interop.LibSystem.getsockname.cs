using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>getsockname(2): the encoded address a socket is bound to.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static unsafe int GetSockName(SafeHandle socket, Span<byte> address, out int length)
        {
            uint address_len = (uint)address.Length;
            int result;
            fixed (byte* bytes = address)
            {
                result = getsockname(socket, bytes, &address_len);
            }

            length = (int)address_len;
            return result;
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial int getsockname(SafeHandle socket, byte* address, uint* address_len);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>bind(2) to an encoded socket address.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static unsafe int Bind(SafeHandle socket, ReadOnlySpan<byte> address)
        {
            fixed (byte* bytes = address)
            {
                return bind(socket, bytes, (uint)address.Length);
            }
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial int bind(SafeHandle socket, byte* address, uint address_len);
    }
}

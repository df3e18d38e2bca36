using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>connect(2). ECONNREFUSED also stands for a listener whose queue is full.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static unsafe int Connect(SafeHandle socket, ReadOnlySpan<byte> address)
        {
            fixed (byte* bytes = address)
            {
                return connect(socket, bytes, (uint)address.Length);
            }
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial int connect(SafeHandle socket, byte* address, uint address_len);
    }
}

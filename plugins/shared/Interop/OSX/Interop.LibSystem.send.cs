using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>send(2). macOS has no MSG_NOSIGNAL: the socket carries SO_NOSIGPIPE instead.</summary>
        /// <returns>The number of bytes taken, or -1 with errno set.</returns>
        internal static unsafe int Send(SafeHandle socket, ReadOnlySpan<byte> buffer, int flags)
        {
            fixed (byte* bytes = buffer)
            {
                return (int)send(socket, bytes, (nuint)buffer.Length, flags);
            }
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial nint send(SafeHandle socket, byte* buffer, nuint length, int flags);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>readlinkat(2): the text of a link below an open directory. A full buffer may mean that it was cut.</summary>
        /// <returns>The number of bytes, or -1 with errno set.</returns>
        internal static int ReadLinkAt(SafeHandle directory, string name, Span<byte> buffer) =>
            (int)readlinkat(directory, name, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);

        [LibraryImport(Libraries.Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial nint readlinkat(SafeHandle dirfd, string pathname, ref byte buf, nuint bufsiz);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>readlink(2): the text of a link. A full buffer may mean that it was cut.</summary>
        /// <returns>The number of bytes, or -1 with errno set.</returns>
        internal static int ReadLink(string path, Span<byte> buffer) =>
            (int)readlink(path, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);

        [LibraryImport(Libraries.Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial nint readlink(string pathname, ref byte buf, nuint bufsiz);
    }
}

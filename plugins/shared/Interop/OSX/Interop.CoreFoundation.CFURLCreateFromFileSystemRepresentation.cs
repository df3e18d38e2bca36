using System.Runtime.InteropServices;
using System.Text;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFURLCreateFromFileSystemRepresentation, CFURL.h, of a file.</summary>
        /// <exception cref="CoreFoundationException">It could not be created.</exception>
        internal static unsafe SafeCFHandle CreateFileUrl(string path)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(path);
            fixed (byte* bytes = utf8)
            {
                return CFURLCreateFromFileSystemRepresentation(0, bytes, utf8.Length, 0).OrThrow("URL");
            }
        }

        [LibraryImport(Libraries.CoreFoundation)]
        private static unsafe partial SafeCFHandle CFURLCreateFromFileSystemRepresentation(nint allocator, byte* buffer, nint bufLen, byte isDirectory);
    }
}

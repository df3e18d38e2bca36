using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>
        /// CFDataCreateWithBytesNoCopy, CFData.h, with kCFAllocatorNull: the bytes stay where they are, so that no copy of a secret
        /// is left in Core Foundation's memory. The caller keeps them pinned and unchanged for as long as the object lives.
        /// </summary>
        /// <exception cref="CoreFoundationException">It could not be created.</exception>
        internal static unsafe SafeCFHandle CreateDataAround(byte* bytes, int length)
        {
            return CFDataCreateWithBytesNoCopy(0, bytes, length, Marshal.ReadIntPtr(AllocatorNull)).OrThrow("data");
        }

        [LibraryImport(Libraries.CoreFoundation)]
        private static unsafe partial SafeCFHandle CFDataCreateWithBytesNoCopy(nint allocator, byte* bytes, nint length, nint bytesDeallocator);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFDataCreate, CFData.h: a copy of the bytes. Not for secrets.</summary>
        /// <exception cref="CoreFoundationException">It could not be created.</exception>
        internal static unsafe SafeCFHandle CreateData(ReadOnlySpan<byte> content)
        {
            fixed (byte* bytes = content)
            {
                return CFDataCreate(0, bytes, content.Length).OrThrow("data");
            }
        }

        [LibraryImport(Libraries.CoreFoundation)]
        private static unsafe partial SafeCFHandle CFDataCreate(nint allocator, byte* bytes, nint length);
    }
}

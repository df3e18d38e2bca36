using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFDictionaryCreateMutable, CFDictionary.h, whose keys and values are retained and compared as CF objects.</summary>
        /// <exception cref="CoreFoundationException">It could not be created.</exception>
        internal static SafeCFHandle CreateDictionary()
        {
            return CFDictionaryCreateMutable(0, 0, KeyCallBacks, ValueCallBacks).OrThrow("dictionary");
        }

        [LibraryImport(Libraries.CoreFoundation)]
        private static partial SafeCFHandle CFDictionaryCreateMutable(nint allocator, nint capacity, nint keyCallBacks, nint valueCallBacks);
    }
}

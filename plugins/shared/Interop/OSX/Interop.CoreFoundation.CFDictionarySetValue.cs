using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFDictionarySetValue, CFDictionary.h: the dictionary retains both.</summary>
        [LibraryImport(Libraries.CoreFoundation)]
        internal static partial void CFDictionarySetValue(SafeCFHandle theDict, nint key, SafeCFHandle value);

        /// <summary>The same with a constant of the system as the value.</summary>
        [LibraryImport(Libraries.CoreFoundation)]
        internal static partial void CFDictionarySetValue(SafeCFHandle theDict, nint key, nint value);
    }
}

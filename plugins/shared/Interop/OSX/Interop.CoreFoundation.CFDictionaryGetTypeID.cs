using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFDictionaryGetTypeID, CFDictionary.h.</summary>
        [LibraryImport(Libraries.CoreFoundation)]
        internal static partial nuint CFDictionaryGetTypeID();
    }
}

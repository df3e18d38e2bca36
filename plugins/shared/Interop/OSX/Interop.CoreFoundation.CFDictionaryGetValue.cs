using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFDictionaryGetValue, CFDictionary.h.</summary>
        /// <param name="theDict">A CFDictionary that somebody holds.</param>
        /// <param name="key">Compared as a CF object.</param>
        /// <returns>The value, which the dictionary owns; 0 where it has none.</returns>
        [LibraryImport(Libraries.CoreFoundation)]
        internal static partial nint CFDictionaryGetValue(nint theDict, nint key);
    }
}

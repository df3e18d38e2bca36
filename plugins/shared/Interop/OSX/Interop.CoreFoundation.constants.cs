// Variables that Core Foundation exports. Looked up by name at first use.

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        private static readonly nint Library = LibSystem.DlOpen(Libraries.CoreFoundation);

        /// <summary>kCFBooleanTrue, CFNumber.h.</summary>
        internal static nint True { get; } = System.Runtime.InteropServices.Marshal.ReadIntPtr(LibSystem.DlSym(Library, "kCFBooleanTrue"));

        /// <summary>Where kCFAllocatorNull, CFBase.h, is kept: an allocator that frees nothing.</summary>
        private static nint AllocatorNull { get; } = LibSystem.DlSym(Library, "kCFAllocatorNull");

        /// <summary>&amp;kCFTypeDictionaryKeyCallBacks, CFDictionary.h: a structure, so its address is what is passed.</summary>
        private static nint KeyCallBacks { get; } = LibSystem.DlSym(Library, "kCFTypeDictionaryKeyCallBacks");

        /// <summary>&amp;kCFTypeDictionaryValueCallBacks, CFDictionary.h.</summary>
        private static nint ValueCallBacks { get; } = LibSystem.DlSym(Library, "kCFTypeDictionaryValueCallBacks");
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFArrayGetValueAtIndex, CFArray.h: the array owns what it answers.</summary>
        [LibraryImport(Libraries.CoreFoundation)]
        internal static partial nint CFArrayGetValueAtIndex(nint theArray, nint idx);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFArrayGetCount, CFArray.h.</summary>
        [LibraryImport(Libraries.CoreFoundation)]
        internal static partial nint CFArrayGetCount(nint theArray);
    }
}

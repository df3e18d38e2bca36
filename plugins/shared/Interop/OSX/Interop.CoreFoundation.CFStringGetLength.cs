using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFStringGetLength, CFString.h: in UTF-16 units.</summary>
        [LibraryImport(Libraries.CoreFoundation)]
        private static partial nint CFStringGetLength(nint theString);
    }
}

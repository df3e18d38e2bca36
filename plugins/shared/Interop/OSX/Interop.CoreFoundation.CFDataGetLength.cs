using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFDataGetLength, CFData.h.</summary>
        [LibraryImport(Libraries.CoreFoundation)]
        private static partial nint CFDataGetLength(nint theData);
    }
}

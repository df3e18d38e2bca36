using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFRelease, CFBase.h. Only <see cref="SafeCFHandle"/> calls it.</summary>
        [LibraryImport(Libraries.CoreFoundation)]
        internal static partial void CFRelease(nint cf);
    }
}

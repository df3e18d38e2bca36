using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFGetTypeID, CFBase.h: what kind of object it is.</summary>
        [LibraryImport(Libraries.CoreFoundation)]
        internal static partial nuint CFGetTypeID(nint cf);
    }
}

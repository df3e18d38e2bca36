using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFErrorCopyDescription, CFError.h: a sentence for a person.</summary>
        [LibraryImport(Libraries.CoreFoundation)]
        internal static partial SafeCFHandle CFErrorCopyDescription(SafeCFHandle err);
    }
}

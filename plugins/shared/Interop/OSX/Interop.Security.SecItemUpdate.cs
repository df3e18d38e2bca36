using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        /// <summary>SecItemUpdate, SecItem.h.</summary>
        /// <returns>An OSStatus of SecBase.h.</returns>
        [LibraryImport(Libraries.Security)]
        internal static partial int SecItemUpdate(SafeCFHandle query, SafeCFHandle attributesToUpdate);
    }
}

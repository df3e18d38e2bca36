using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        /// <summary>SecItemCopyMatching, SecItem.h. May wait for a person whom the system asks.</summary>
        /// <returns>An OSStatus of SecBase.h; the result is valid with 0 only.</returns>
        [LibraryImport(Libraries.Security)]
        internal static partial int SecItemCopyMatching(SafeCFHandle query, out SafeCFHandle result);
    }
}

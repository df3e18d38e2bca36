using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        /// <summary>SecItemAdd, SecItem.h, without asking for what was added.</summary>
        /// <returns>An OSStatus of SecBase.h.</returns>
        internal static int SecItemAdd(SafeCFHandle attributes) => SecItemAdd(attributes, 0);

        [LibraryImport(Libraries.Security)]
        private static partial int SecItemAdd(SafeCFHandle attributes, nint result);
    }
}

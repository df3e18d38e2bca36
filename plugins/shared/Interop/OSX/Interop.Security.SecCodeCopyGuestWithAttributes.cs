using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        /// <summary>SecCodeCopyGuestWithAttributes, SecCode.h, of the system as the host.</summary>
        /// <returns>An OSStatus of CSCommon.h.</returns>
        internal static int SecCodeCopyGuestWithAttributes(SafeCFHandle attributes, out SafeCFHandle guest) =>
            SecCodeCopyGuestWithAttributes(0, attributes, kSecCSDefaultFlags, out guest);

        [LibraryImport(Libraries.Security)]
        private static partial int SecCodeCopyGuestWithAttributes(nint host, SafeCFHandle attributes, uint flags, out SafeCFHandle guest);
    }
}

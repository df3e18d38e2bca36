using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        /// <summary>SecStaticCodeCreateWithPath, SecStaticCode.h: the code that lies at a path.</summary>
        /// <returns>An OSStatus of CSCommon.h.</returns>
        internal static int SecStaticCodeCreateWithPath(SafeCFHandle url, out SafeCFHandle staticCode) =>
            SecStaticCodeCreateWithPath(url, kSecCSDefaultFlags, out staticCode);

        [LibraryImport(Libraries.Security)]
        private static partial int SecStaticCodeCreateWithPath(SafeCFHandle path, uint flags, out SafeCFHandle staticCode);
    }
}

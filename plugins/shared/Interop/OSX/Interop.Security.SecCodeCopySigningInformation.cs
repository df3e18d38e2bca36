using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        /// <summary>SecCodeCopySigningInformation, SecCode.h: a CFDictionary. Says what is claimed; validity is another question.</summary>
        /// <param name="code">Code on disk, or running code where flags ask for dynamic information.</param>
        /// <param name="flags">SecCSFlags.</param>
        /// <param name="information">The dictionary.</param>
        /// <returns>An OSStatus of CSCommon.h.</returns>
        [LibraryImport(Libraries.Security)]
        internal static partial int SecCodeCopySigningInformation(SafeCFHandle code, uint flags, out SafeCFHandle information);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        /// <summary>
        /// SecKeychainSetUserInteractionAllowed, SecKeychain.h: whether keychains in files may ask a person on behalf of this
        /// process. Holds for the whole process.
        /// </summary>
        /// <returns>An OSStatus of SecBase.h.</returns>
        [LibraryImport(Libraries.Security)]
        internal static partial int SecKeychainSetUserInteractionAllowed(byte state);
    }
}

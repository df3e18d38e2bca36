using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        internal const uint kSecUnlockStateStatus = 1;
        internal const uint kSecReadPermStatus = 2;
        internal const uint kSecWritePermStatus = 4;

        /// <summary>
        /// SecKeychainGetStatus, SecKeychain.h, of the default keychain. Never prompts. Deprecated by Apple together with the
        /// keychains in files that it is about, and the only call that says whether one is locked.
        /// </summary>
        /// <returns>An OSStatus of SecBase.h.</returns>
        internal static int SecKeychainGetStatus(out uint status) => SecKeychainGetStatus(0, out status);

        [LibraryImport(Libraries.Security)]
        private static partial int SecKeychainGetStatus(nint keychain, out uint keychainStatus);
    }
}

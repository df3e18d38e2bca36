using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Wintrust
    {
        /// <summary>WTHelperProvDataFromStateData: what WinVerifyTrust found, while its state is open.</summary>
        /// <returns>A CRYPT_PROVIDER_DATA, or 0.</returns>
        [LibraryImport(Library)]
        internal static partial nint WTHelperProvDataFromStateData(nint hStateData);
    }
}

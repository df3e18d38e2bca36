using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Wintrust
    {
        /// <summary>CRYPT_PROVIDER_CERT, wintrust.h, as far as it is used.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct CRYPT_PROVIDER_CERT
        {
            internal uint cbStruct;
            internal nint pCert;
        }

        /// <summary>WTHelperGetProvCertFromChain: one of a signer's certificates, his own first.</summary>
        /// <returns>Null when there is none of that number.</returns>
        [LibraryImport(Library)]
        internal static unsafe partial CRYPT_PROVIDER_CERT* WTHelperGetProvCertFromChain(CRYPT_PROVIDER_SGNR* pSgnr, uint idxCert);
    }
}

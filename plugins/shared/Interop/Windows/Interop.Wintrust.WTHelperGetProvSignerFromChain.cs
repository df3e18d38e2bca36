using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Wintrust
    {
        /// <summary>CRYPT_PROVIDER_SGNR, wintrust.h, as far as it is used.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct CRYPT_PROVIDER_SGNR
        {
            internal uint cbStruct;
            internal FILETIME sftVerifyAsOf;
            internal uint csCertChain;
            internal void* pasCertChain;
        }

        /// <summary>WTHelperGetProvSignerFromChain: one of the signers.</summary>
        /// <returns>Null when there is none of that number.</returns>
        [LibraryImport(Library)]
        internal static unsafe partial CRYPT_PROVIDER_SGNR* WTHelperGetProvSignerFromChain(
            nint pProvData, uint idxSigner, [MarshalAs(UnmanagedType.Bool)] bool fCounterSigner, uint idxCounterSigner);
    }
}

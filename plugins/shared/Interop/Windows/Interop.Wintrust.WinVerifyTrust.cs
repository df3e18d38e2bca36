using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Wintrust
    {
        internal const uint WTD_UI_NONE = 2;
        internal const uint WTD_REVOKE_NONE = 0;
        internal const uint WTD_CHOICE_FILE = 1;
        internal const uint WTD_STATEACTION_VERIFY = 1;
        internal const uint WTD_STATEACTION_CLOSE = 2;
        internal const uint WTD_CACHE_ONLY_URL_RETRIEVAL = 0x1000;

        internal const int TRUST_E_NOSIGNATURE = unchecked((int)0x800B0100);
        internal const int TRUST_E_BAD_DIGEST = unchecked((int)0x80096010);

        /// <summary>WINTRUST_ACTION_GENERIC_VERIFY_V2, softpub.h.</summary>
        internal static Guid GenericVerify => new(0x00AAC56B, 0xCD44, 0x11D0, 0x8C, 0xC2, 0x00, 0xC0, 0x4F, 0xC2, 0x95, 0xEE);

        /// <summary>WINTRUST_FILE_INFO, wintrust.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct WINTRUST_FILE_INFO
        {
            internal uint cbStruct;
            internal char* pcwszFilePath;
            internal nint hFile;
            internal Guid* pgKnownSubject;
        }

        /// <summary>WINTRUST_DATA, wintrust.h, with the file of its union, as it was before Windows 8.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct WINTRUST_DATA
        {
            internal uint cbStruct;
            internal void* pPolicyCallbackData;
            internal void* pSIPClientData;
            internal uint dwUIChoice;
            internal uint fdwRevocationChecks;
            internal uint dwUnionChoice;
            internal WINTRUST_FILE_INFO* pFile;
            internal uint dwStateAction;
            internal nint hWVTStateData;
            internal char* pwszURLReference;
            internal uint dwProvFlags;
            internal uint dwUIContext;
        }

        /// <summary>WinVerifyTrust: whether a file is as its signature says, and who signed it.</summary>
        /// <param name="hwnd">-1: nobody is asked.</param>
        /// <param name="pgActionID">WINTRUST_ACTION_GENERIC_VERIFY_V2.</param>
        /// <param name="pWVTData">A WINTRUST_DATA.</param>
        /// <returns>0, or an HRESULT.</returns>
        [LibraryImport(Library)]
        internal static unsafe partial int WinVerifyTrust(nint hwnd, in Guid pgActionID, WINTRUST_DATA* pWVTData);
    }
}

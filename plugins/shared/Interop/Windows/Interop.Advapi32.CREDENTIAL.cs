using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Advapi32
    {
        internal const uint CRED_TYPE_GENERIC = 1;
        internal const uint CRED_PERSIST_LOCAL_MACHINE = 2;
        internal const uint CRED_PERSIST_ENTERPRISE = 3;

        /// <summary>CREDENTIALW, wincred.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct CREDENTIALW
        {
            internal uint Flags;
            internal uint Type;
            internal char* TargetName;
            internal char* Comment;
            internal FILETIME LastWritten;
            internal uint CredentialBlobSize;
            internal byte* CredentialBlob;
            internal uint Persist;
            internal uint AttributeCount;
            internal CREDENTIAL_ATTRIBUTEW* Attributes;
            internal char* TargetAlias;
            internal char* UserName;
        }

        /// <summary>CREDENTIAL_ATTRIBUTEW, wincred.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct CREDENTIAL_ATTRIBUTEW
        {
            internal char* Keyword;
            internal uint Flags;
            internal uint ValueSize;
            internal byte* Value;
        }
    }
}

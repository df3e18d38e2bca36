using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibBsm
    {
        /// <summary>audit_token_to_euid(3), bsm/libbsm.h.</summary>
        [LibraryImport(Libraries.LibBsm, EntryPoint = "audit_token_to_euid")]
        internal static partial uint AuditTokenToEUid(LibSystem.audit_token_t token);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibBsm
    {
        /// <summary>audit_token_to_pid(3), bsm/libbsm.h.</summary>
        [LibraryImport(Libraries.LibBsm, EntryPoint = "audit_token_to_pid")]
        internal static partial int AuditTokenToPid(LibSystem.audit_token_t token);
    }
}

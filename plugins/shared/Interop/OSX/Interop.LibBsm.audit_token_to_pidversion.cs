using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibBsm
    {
        /// <summary>audit_token_to_pidversion(3), bsm/libbsm.h: a number that is new at each fork and each exec.</summary>
        [LibraryImport(Libraries.LibBsm, EntryPoint = "audit_token_to_pidversion")]
        internal static partial int AuditTokenToPidVersion(LibSystem.audit_token_t token);
    }
}

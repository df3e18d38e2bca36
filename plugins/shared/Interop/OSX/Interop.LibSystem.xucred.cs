using System.Runtime.InteropServices;

#pragma warning disable CS8981 // Native structures keep the names of the headers they come from.

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>XUCRED_VERSION, sys/ucred.h.</summary>
        internal const uint XUCRED_VERSION = 0;

        /// <summary>struct xucred, sys/ucred.h: 76 bytes; of the groups only the first, the effective one, is named.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 76)]
        internal struct xucred
        {
            internal uint cr_version;
            internal uint cr_uid;
            internal short cr_ngroups;
            internal uint cr_groups_0;
        }
    }
}

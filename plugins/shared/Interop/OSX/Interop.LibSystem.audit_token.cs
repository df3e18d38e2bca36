using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>audit_token_t, mach/message.h: eight words whose meaning only libbsm knows.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 32)]
        internal unsafe struct audit_token_t
        {
            internal fixed uint val[8];
        }
    }
}

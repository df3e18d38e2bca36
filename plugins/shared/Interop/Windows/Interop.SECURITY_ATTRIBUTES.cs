using System.Runtime.InteropServices;

internal static partial class Interop
{
    /// <summary>SECURITY_ATTRIBUTES, wtypesbase.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct SECURITY_ATTRIBUTES
    {
        internal uint nLength;
        internal void* lpSecurityDescriptor;
        internal int bInheritHandle;
    }
}

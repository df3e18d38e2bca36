using System.Runtime.InteropServices;

internal static partial class Interop
{
    /// <summary>OVERLAPPED, minwinbase.h, without the pointer of its union.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OVERLAPPED
    {
        internal nuint Internal;
        internal nuint InternalHigh;
        internal uint Offset;
        internal uint OffsetHigh;
        internal nint hEvent;
    }
}

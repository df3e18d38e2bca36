using System.Runtime.InteropServices;

internal static partial class Interop
{
    /// <summary>FILETIME, minwindef.h: hundreds of nanoseconds since 1601, in UTC.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FILETIME
    {
        internal uint dwLowDateTime;
        internal uint dwHighDateTime;

        internal readonly long Ticks => (long)(((ulong)dwHighDateTime << 32) | dwLowDateTime);
    }
}

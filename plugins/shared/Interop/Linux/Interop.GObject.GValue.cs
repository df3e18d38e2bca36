using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gtype.h: G_TYPE_STRING and G_TYPE_OBJECT.</summary>
        internal const nuint G_TYPE_STRING = 16 << 2;

        internal const nuint G_TYPE_OBJECT = 20 << 2;

        /// <summary>GValue, gobject/gvalue.h: a type and two words of data. Zeroed before use.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct GValue
        {
            internal nuint g_type;
            internal ulong data0;
            internal ulong data1;
        }
    }
}

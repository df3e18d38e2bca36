using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>GTypeQuery, gobject/gtype.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct GTypeQuery
        {
            internal nuint type;
            internal nint type_name;
            internal uint class_size;
            internal uint instance_size;
        }
    }
}

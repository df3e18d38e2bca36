using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>The beginning of GObjectClass, gobject/gobject.h; its layout is part of GLib's ABI.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct GObjectClass
        {
            internal nuint g_type;
            internal nint construct_properties;
            internal nint constructor;
        }
    }
}

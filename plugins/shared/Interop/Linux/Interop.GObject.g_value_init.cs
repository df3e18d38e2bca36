using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gvalue.h: gives a zeroed value its type.</summary>
        [LibraryImport(Library, EntryPoint = "g_value_init")]
        internal static unsafe partial nint ValueInit(GValue* value, nuint type);
    }
}

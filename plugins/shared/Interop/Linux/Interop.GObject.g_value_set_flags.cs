using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/genums.h: puts flags into a value of a flags type.</summary>
        [LibraryImport(Library, EntryPoint = "g_value_set_flags")]
        internal static unsafe partial void ValueSetFlags(GValue* value, uint flags);
    }
}

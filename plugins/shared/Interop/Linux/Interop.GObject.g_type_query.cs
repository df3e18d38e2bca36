using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gtype.h: sizes of a class and its instances.</summary>
        [LibraryImport(Library, EntryPoint = "g_type_query")]
        internal static partial void TypeQuery(nuint type, out GTypeQuery query);
    }
}

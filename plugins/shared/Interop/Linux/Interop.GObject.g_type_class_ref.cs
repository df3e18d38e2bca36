using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gtype.h: the class of a type, created if need be, and a reference to it.</summary>
        [LibraryImport(Library, EntryPoint = "g_type_class_ref")]
        internal static partial nint TypeClassRef(nuint type);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: a tuple.</summary>
        /// <returns>A floating value that has its own references.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_new_tuple")]
        internal static unsafe partial nint VariantNewTuple(nint* children, nuint count);
    }
}

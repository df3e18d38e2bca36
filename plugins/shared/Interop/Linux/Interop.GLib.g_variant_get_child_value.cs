using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: a child, which must exist.</summary>
        /// <returns>The child, owned.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_get_child_value")]
        internal static partial SafeVariantHandle VariantGetChildValue(SafeVariantHandle container, nuint index);
    }
}

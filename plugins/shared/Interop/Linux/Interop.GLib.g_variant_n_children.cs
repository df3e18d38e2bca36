using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: how many children a container has.</summary>
        [LibraryImport(Library, EntryPoint = "g_variant_n_children")]
        internal static partial nuint VariantNChildren(SafeVariantHandle container);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: what is in a box.</summary>
        /// <returns>The value, owned.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_get_variant")]
        internal static partial SafeVariantHandle VariantGetVariant(SafeVariantHandle box);
    }
}

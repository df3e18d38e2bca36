using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: a box around a value.</summary>
        /// <returns>A floating value that has its own reference to the inner one.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_new_variant")]
        internal static partial nint VariantNewVariant(SafeVariantHandle value);
    }
}

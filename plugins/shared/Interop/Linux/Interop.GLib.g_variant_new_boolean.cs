using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: a boolean.</summary>
        /// <returns>A floating value.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_new_boolean")]
        internal static partial nint VariantNewBoolean(int value);
    }
}

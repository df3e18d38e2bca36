using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: the value of a boolean.</summary>
        [LibraryImport(Library, EntryPoint = "g_variant_get_boolean")]
        internal static partial int VariantGetBoolean(SafeVariantHandle value);
    }
}

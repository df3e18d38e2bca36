using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: the text of a string, object path or signature.</summary>
        /// <returns>UTF-8 that lives as long as the value.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_get_string")]
        internal static partial nint VariantGetString(SafeVariantHandle text, nint length);
    }
}

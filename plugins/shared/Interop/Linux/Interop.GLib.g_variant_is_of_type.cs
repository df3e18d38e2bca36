using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: whether a value has a type; a GVariantType is its type string.</summary>
        /// <returns>1 or 0.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_is_of_type", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int VariantIsOfType(SafeVariantHandle value, string type);
    }
}

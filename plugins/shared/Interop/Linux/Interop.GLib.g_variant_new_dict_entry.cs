using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: an entry of a dictionary.</summary>
        /// <returns>A floating value that has its own references.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_new_dict_entry")]
        internal static partial nint VariantNewDictEntry(SafeVariantHandle key, SafeVariantHandle value);
    }
}

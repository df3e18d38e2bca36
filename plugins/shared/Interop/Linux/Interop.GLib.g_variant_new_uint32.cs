using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: an unsigned number.</summary>
        /// <returns>A floating value.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_new_uint32")]
        internal static partial nint VariantNewUInt32(uint value);
    }
}

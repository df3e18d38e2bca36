using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: the value of a 64-bit unsigned number.</summary>
        [LibraryImport(Library, EntryPoint = "g_variant_get_uint64")]
        internal static partial ulong VariantGetUInt64(SafeVariantHandle value);
    }
}

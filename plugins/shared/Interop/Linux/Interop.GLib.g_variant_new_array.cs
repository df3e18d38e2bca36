using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: an array; a GVariantType is its type string (gvarianttype.h).</summary>
        /// <returns>A floating value that has its own references.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_new_array", StringMarshalling = StringMarshalling.Utf8)]
        internal static unsafe partial nint VariantNewArray(string childType, nint* children, nuint count);
    }
}

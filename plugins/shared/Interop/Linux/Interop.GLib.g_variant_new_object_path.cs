using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: a D-Bus object path, which must be valid.</summary>
        /// <returns>A floating value.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_new_object_path", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial nint VariantNewObjectPath(string path);
    }
}

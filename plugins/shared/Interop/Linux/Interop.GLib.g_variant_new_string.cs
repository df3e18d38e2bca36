using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: a string. The text must hold no NUL.</summary>
        /// <returns>A floating value.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_new_string", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial nint VariantNewString(string text);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: takes over the floating reference of a new value.</summary>
        /// <returns>The same value, owned.</returns>
        [LibraryImport(Library, EntryPoint = "g_variant_ref_sink")]
        internal static partial SafeVariantHandle VariantRefSink(nint value);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gvariant.h: releases a reference.</summary>
        [LibraryImport(Library, EntryPoint = "g_variant_unref")]
        internal static partial void VariantUnref(nint value);
    }
}

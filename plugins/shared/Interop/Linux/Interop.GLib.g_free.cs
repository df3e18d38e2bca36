using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gmem.h: frees what GLib allocated; null is allowed.</summary>
        [LibraryImport(Library, EntryPoint = "g_free")]
        internal static partial void Free(nint memory);
    }
}

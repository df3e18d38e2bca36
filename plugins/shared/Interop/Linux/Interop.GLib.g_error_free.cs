using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gerror.h: frees an error.</summary>
        [LibraryImport(Library, EntryPoint = "g_error_free")]
        internal static partial void ErrorFree(nint error);
    }
}

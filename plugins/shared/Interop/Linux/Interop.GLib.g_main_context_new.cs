using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gmain.h: a new main context.</summary>
        [LibraryImport(Library, EntryPoint = "g_main_context_new")]
        internal static partial SafeMainContextHandle MainContextNew();
    }
}

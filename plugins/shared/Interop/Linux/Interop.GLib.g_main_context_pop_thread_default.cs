using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gmain.h: undoes the push of the same thread.</summary>
        [LibraryImport(Library, EntryPoint = "g_main_context_pop_thread_default")]
        internal static partial void MainContextPopThreadDefault(SafeMainContextHandle context);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gmain.h: ends a blocking iteration, or the next one. May be called from any thread.</summary>
        [LibraryImport(Library, EntryPoint = "g_main_context_wakeup")]
        internal static partial void MainContextWakeup(SafeMainContextHandle context);
    }
}

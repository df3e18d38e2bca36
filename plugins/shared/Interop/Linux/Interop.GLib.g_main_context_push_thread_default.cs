using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gmain.h: makes a context the one in which this thread's asynchronous calls complete.</summary>
        [LibraryImport(Library, EntryPoint = "g_main_context_push_thread_default")]
        internal static partial void MainContextPushThreadDefault(SafeMainContextHandle context);
    }
}

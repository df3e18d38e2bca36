using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gmain.h: dispatches what is ready; with mayBlock waits for something, or for a wake-up.</summary>
        /// <returns>1 when something was dispatched, else 0.</returns>
        [LibraryImport(Library, EntryPoint = "g_main_context_iteration")]
        internal static partial int MainContextIteration(SafeMainContextHandle context, int mayBlock);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gcancellable.h: a new cancellable.</summary>
        [LibraryImport(Library, EntryPoint = "g_cancellable_new")]
        internal static partial GObject.SafeObjectHandle CancellableNew();
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gcancellable.h: cancels; thread-safe, and repeatable.</summary>
        [LibraryImport(Library, EntryPoint = "g_cancellable_cancel")]
        internal static partial void CancellableCancel(GObject.SafeObjectHandle cancellable);
    }
}

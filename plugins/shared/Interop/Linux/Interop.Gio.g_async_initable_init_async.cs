using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gasyncinitable.h: initialises a new object.</summary>
        [LibraryImport(Library, EntryPoint = "g_async_initable_init_async")]
        internal static partial void AsyncInitableInitAsync(GObject.SafeObjectHandle initable, int priority, GObject.SafeObjectHandle cancellable, nint callback, nint data);
    }
}

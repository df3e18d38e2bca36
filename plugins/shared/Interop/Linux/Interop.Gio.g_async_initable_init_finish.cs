using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gasyncinitable.h: ends initialising.</summary>
        /// <returns>1, or 0 and an error.</returns>
        [LibraryImport(Library, EntryPoint = "g_async_initable_init_finish")]
        internal static partial int AsyncInitableInitFinish(nint initable, nint result, out GLib.SafeErrorHandle error);
    }
}

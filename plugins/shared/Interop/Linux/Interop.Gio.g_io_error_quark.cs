using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gioerror.h: the domain of input and output errors.</summary>
        [LibraryImport(Library, EntryPoint = "g_io_error_quark")]
        internal static partial uint IOErrorQuark();
    }
}

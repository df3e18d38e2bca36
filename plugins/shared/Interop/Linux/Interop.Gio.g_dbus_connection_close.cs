using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gdbusconnection.h: closes the connection; without a callback nobody is told.</summary>
        [LibraryImport(Library, EntryPoint = "g_dbus_connection_close")]
        internal static partial void DBusConnectionClose(GObject.SafeObjectHandle connection, nint cancellable, nint callback, nint data);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gdbusconnection.h: whether the bus is gone.</summary>
        /// <returns>1 or 0.</returns>
        [LibraryImport(Library, EntryPoint = "g_dbus_connection_is_closed")]
        internal static partial int DBusConnectionIsClosed(GObject.SafeObjectHandle connection);
    }
}

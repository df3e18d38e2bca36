using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gdbusconnection.h: ends a subscription. Its data is freed later, in the same context.</summary>
        [LibraryImport(Library, EntryPoint = "g_dbus_connection_signal_unsubscribe")]
        internal static partial void DBusConnectionSignalUnsubscribe(GObject.SafeObjectHandle connection, uint id);
    }
}

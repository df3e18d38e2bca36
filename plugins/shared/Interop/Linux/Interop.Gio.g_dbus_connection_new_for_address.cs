using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gdbusconnection.h: connects to an address, outside the process-wide connection that g_bus_get shares; exit-on-close is off.</summary>
        [LibraryImport(Library, EntryPoint = "g_dbus_connection_new_for_address", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial void DBusConnectionNewForAddress(string address, uint flags, nint observer, GObject.SafeObjectHandle cancellable, nint callback, nint data);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gdbusconnection.h: ends connecting.</summary>
        /// <returns>The connection, or an invalid handle and an error.</returns>
        [LibraryImport(Library, EntryPoint = "g_dbus_connection_new_for_address_finish")]
        internal static partial GObject.SafeObjectHandle DBusConnectionNewForAddressFinish(nint result, out GLib.SafeErrorHandle error);
    }
}

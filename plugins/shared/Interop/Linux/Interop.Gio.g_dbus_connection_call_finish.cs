using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gdbusconnection.h: ends a call.</summary>
        /// <returns>The reply, or an invalid handle and an error.</returns>
        [LibraryImport(Library, EntryPoint = "g_dbus_connection_call_finish")]
        internal static partial GLib.SafeVariantHandle DBusConnectionCallFinish(nint connection, nint result, out GLib.SafeErrorHandle error);
    }
}

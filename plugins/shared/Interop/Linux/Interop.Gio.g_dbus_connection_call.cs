using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gdbusconnection.h: calls a method. A reply of another type than the one named is an error.</summary>
        [LibraryImport(Library, EntryPoint = "g_dbus_connection_call", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial void DBusConnectionCall(GObject.SafeObjectHandle connection, string busName, string path, string interfaceName, string method, GLib.SafeVariantHandle parameters, string? replyType, uint flags, int timeoutMilliseconds, GObject.SafeObjectHandle cancellable, nint callback, nint data);
    }
}

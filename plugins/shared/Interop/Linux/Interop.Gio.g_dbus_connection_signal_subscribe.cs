using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gdbusconnection.h: has a callback called for signals, in the thread-default context of this thread.</summary>
        /// <returns>The id of the subscription.</returns>
        [LibraryImport(Library, EntryPoint = "g_dbus_connection_signal_subscribe", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial uint DBusConnectionSignalSubscribe(GObject.SafeObjectHandle connection, string? sender, string? interfaceName, string? member, string? path, string? arg0, uint flags, nint callback, nint data, nint freeData);
    }
}

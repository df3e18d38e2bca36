using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gdbusproxy.h: the type GDBusProxy.</summary>
        [LibraryImport(Library, EntryPoint = "g_dbus_proxy_get_type")]
        internal static partial nuint DBusProxyGetType();
    }
}

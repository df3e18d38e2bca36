using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gioenumtypes.h: the type GDBusProxyFlags.</summary>
        [LibraryImport(Library, EntryPoint = "g_dbus_proxy_flags_get_type")]
        internal static partial nuint DBusProxyFlagsGetType();
    }
}

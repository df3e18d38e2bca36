using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>gio/gdbuserror.h: the D-Bus name of an error that came over the bus.</summary>
        /// <returns>UTF-8 to be freed with g_free, or null for a local error.</returns>
        [LibraryImport(Library, EntryPoint = "g_dbus_error_get_remote_error")]
        internal static partial nint DBusErrorGetRemoteError(GLib.SafeErrorHandle error);
    }
}

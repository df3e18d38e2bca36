using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret/secret-paths.h: the session's object path.</summary>
        /// <returns>UTF-8 that lives as long as the session, or null without one.</returns>
        [LibraryImport(Library, EntryPoint = "secret_service_get_session_dbus_path")]
        internal static partial nint ServiceGetSessionDBusPath(GObject.SafeObjectHandle service);
    }
}

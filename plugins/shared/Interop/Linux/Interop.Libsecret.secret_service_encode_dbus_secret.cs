using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret/secret-paths.h: a value as it goes over the bus, (oayays), encrypted for the session.</summary>
        /// <returns>A floating value, or null on failure.</returns>
        [LibraryImport(Library, EntryPoint = "secret_service_encode_dbus_secret")]
        internal static partial nint ServiceEncodeDBusSecret(GObject.SafeObjectHandle service, SafeSecretValueHandle value);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret/secret-paths.h: the value in an (oayays) of this session.</summary>
        /// <returns>An owned value, or null when it does not decrypt or belongs to another session.</returns>
        [LibraryImport(Library, EntryPoint = "secret_service_decode_dbus_secret")]
        internal static partial SafeSecretValueHandle ServiceDecodeDBusSecret(GObject.SafeObjectHandle service, GLib.SafeVariantHandle value);
    }
}

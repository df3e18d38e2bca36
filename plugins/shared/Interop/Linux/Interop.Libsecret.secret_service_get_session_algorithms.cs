using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret/secret-service.h: how the session encrypts; "plain" when it does not.</summary>
        /// <returns>UTF-8 that lives as long as the session, or null without one.</returns>
        [LibraryImport(Library, EntryPoint = "secret_service_get_session_algorithms")]
        internal static partial nint ServiceGetSessionAlgorithms(GObject.SafeObjectHandle service);
    }
}

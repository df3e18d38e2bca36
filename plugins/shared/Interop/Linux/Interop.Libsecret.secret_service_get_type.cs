using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret/secret-service.h: the type SecretService.</summary>
        [LibraryImport(Library, EntryPoint = "secret_service_get_type")]
        internal static partial nuint ServiceGetType();
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret/secret-service.h: opens a session: encrypted, or plain where the provider has no encryption.</summary>
        [LibraryImport(Library, EntryPoint = "secret_service_ensure_session")]
        internal static partial void ServiceEnsureSession(GObject.SafeObjectHandle service, GObject.SafeObjectHandle cancellable, nint callback, nint data);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret/secret-service.h: ends opening a session.</summary>
        /// <returns>1, or 0 and an error.</returns>
        [LibraryImport(Library, EntryPoint = "secret_service_ensure_session_finish")]
        internal static partial int ServiceEnsureSessionFinish(nint service, nint result, out GLib.SafeErrorHandle error);
    }
}

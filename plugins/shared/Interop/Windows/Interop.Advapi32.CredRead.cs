using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Advapi32
    {
        /// <summary>CredReadW: one credential of the logged-on user.</summary>
        /// <param name="TargetName">Its name, compared without case.</param>
        /// <param name="Type">CRED_TYPE_GENERIC.</param>
        /// <param name="Flags">0.</param>
        /// <param name="Credential">The credential, which CredFree releases.</param>
        /// <returns>Whether it did; ERROR_NOT_FOUND where there is none.</returns>
        [LibraryImport(Library, EntryPoint = "CredReadW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static unsafe partial bool CredRead(string TargetName, uint Type, uint Flags, CREDENTIALW** Credential);
    }
}

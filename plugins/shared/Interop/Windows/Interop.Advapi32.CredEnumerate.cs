using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Advapi32
    {
        /// <summary>CredEnumerateW: the credentials whose names begin alike, without case.</summary>
        /// <param name="Filter">The beginning of the name and an asterisk; null for all.</param>
        /// <param name="Flags">0.</param>
        /// <param name="Count">How many.</param>
        /// <param name="Credential">Pointers to them, which one CredFree releases together.</param>
        /// <returns>Whether it did; ERROR_NOT_FOUND where there is none.</returns>
        [LibraryImport(Library, EntryPoint = "CredEnumerateW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static unsafe partial bool CredEnumerate(string? Filter, uint Flags, out uint Count, CREDENTIALW*** Credential);
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Advapi32
    {
        /// <summary>CredWriteW: creates or replaces one credential, as a whole.</summary>
        /// <param name="Credential">The credential.</param>
        /// <param name="Flags">0.</param>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, EntryPoint = "CredWriteW", SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static unsafe partial bool CredWrite(CREDENTIALW* Credential, uint Flags);
    }
}

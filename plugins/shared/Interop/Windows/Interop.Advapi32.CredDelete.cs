using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Advapi32
    {
        /// <summary>CredDeleteW: deletes one credential.</summary>
        /// <returns>Whether it did; ERROR_NOT_FOUND where there is none.</returns>
        [LibraryImport(Library, EntryPoint = "CredDeleteW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static partial bool CredDelete(string TargetName, uint Type, uint Flags);
    }
}

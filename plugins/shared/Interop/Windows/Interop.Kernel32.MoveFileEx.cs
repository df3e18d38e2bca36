using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        internal const uint MOVEFILE_REPLACE_EXISTING = 0x1;
        internal const uint MOVEFILE_WRITE_THROUGH = 0x8;

        /// <summary>MoveFileExW: renames within a volume; with MOVEFILE_WRITE_THROUGH it returns when the disk has it.</summary>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static partial bool MoveFileEx(string lpExistingFileName, string lpNewFileName, uint dwFlags);
    }
}

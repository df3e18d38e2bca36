using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        /// <summary>The name of the file system that an open file lies on.</summary>
        /// <returns>Null with the last error set on failure.</returns>
        internal static unsafe string? GetFileSystemName(SafeFileHandle file)
        {
            // MAX_PATH + 1, which is what the function asks for.
            const int Size = 261;
            char* name = stackalloc char[Size];
            return GetVolumeInformationByHandle(file, null, 0, null, null, null, name, Size) ? new string(name) : null;
        }

        /// <summary>GetVolumeInformationByHandleW.</summary>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, EntryPoint = "GetVolumeInformationByHandleW", SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        private static unsafe partial bool GetVolumeInformationByHandle(
            SafeFileHandle hFile,
            char* lpVolumeNameBuffer,
            uint nVolumeNameSize,
            uint* lpVolumeSerialNumber,
            uint* lpMaximumComponentLength,
            uint* lpFileSystemFlags,
            char* lpFileSystemNameBuffer,
            uint nFileSystemNameSize);
    }
}

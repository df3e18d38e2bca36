using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        internal const uint FILE_NAME_NORMALIZED = 0;
        internal const uint VOLUME_NAME_DOS = 0;
        internal const uint VOLUME_NAME_NT = 2;

        /// <summary>The path of an open file as the system names it now, without links. No limit of MAX_PATH.</summary>
        /// <param name="file">The file.</param>
        /// <param name="flags">VOLUME_NAME_DOS or VOLUME_NAME_NT.</param>
        /// <returns>The path, for DOS with the prefix <c>\\?\</c>; null with the last error set when it has none.</returns>
        internal static unsafe string? GetFinalPathName(SafeFileHandle file, uint flags)
        {
            char[] buffer = new char[512];
            while (true)
            {
                fixed (char* start = buffer)
                {
                    uint length = GetFinalPathNameByHandle(file, start, (uint)buffer.Length, FILE_NAME_NORMALIZED | flags);
                    if (length == 0)
                    {
                        return null;
                    }

                    if (length < buffer.Length)
                    {
                        return new string(start, 0, (int)length);
                    }

                    buffer = new char[length + 1];
                }
            }
        }

        /// <summary>GetFinalPathNameByHandleW.</summary>
        /// <returns>The length without its end, or the size that is needed with it; 0 with the last error set on failure.</returns>
        [LibraryImport(Library, EntryPoint = "GetFinalPathNameByHandleW", SetLastError = true)]
        private static unsafe partial uint GetFinalPathNameByHandle(SafeFileHandle hFile, char* lpszFilePath, uint cchFilePath, uint dwFlags);
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        // UNICODE_STRING can hold no more.
        private const int MaxImageName = 32768;

        /// <summary>The path of the file that a process runs, as it is called now, with a drive letter. No limit of MAX_PATH.</summary>
        /// <param name="process">Opened with PROCESS_QUERY_LIMITED_INFORMATION.</param>
        /// <returns>Null with the last error set on failure.</returns>
        internal static unsafe string? GetImageName(SafeProcessHandle process)
        {
            for (int size = 512; ; size *= 8)
            {
                char[] buffer = new char[Math.Min(size, MaxImageName)];
                uint length = (uint)buffer.Length;
                fixed (char* start = buffer)
                {
                    if (QueryFullProcessImageName(process, 0, start, ref length))
                    {
                        return new string(start, 0, (int)length);
                    }
                }

                if (Marshal.GetLastPInvokeError() != WinError.ERROR_INSUFFICIENT_BUFFER || size >= MaxImageName)
                {
                    return null;
                }
            }
        }

        /// <summary>QueryFullProcessImageNameW.</summary>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, EntryPoint = "QueryFullProcessImageNameW", SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        private static unsafe partial bool QueryFullProcessImageName(SafeProcessHandle hProcess, uint dwFlags, char* lpExeName, ref uint lpdwSize);
    }
}

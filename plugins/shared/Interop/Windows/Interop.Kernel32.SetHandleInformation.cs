using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        internal const uint HANDLE_FLAG_INHERIT = 0x1;

        /// <summary>SetHandleInformation: here, whether child processes get a handle.</summary>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static partial bool SetHandleInformation(nint hObject, uint dwMask, uint dwFlags);
    }
}

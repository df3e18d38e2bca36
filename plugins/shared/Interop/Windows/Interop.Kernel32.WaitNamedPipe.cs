using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        /// <summary>WaitNamedPipeW: waits until an instance of a pipe waits for a client. Makes no connection.</summary>
        /// <returns>Whether one does; ERROR_FILE_NOT_FOUND at once where there is no such pipe.</returns>
        [LibraryImport(Library, EntryPoint = "WaitNamedPipeW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static partial bool WaitNamedPipe(string lpNamedPipeName, uint nTimeOut);
    }
}

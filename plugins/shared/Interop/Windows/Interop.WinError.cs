internal static partial class Interop
{
    /// <summary>winerror.h: results of GetLastError.</summary>
    internal static class WinError
    {
        internal const int ERROR_SUCCESS = 0;
        internal const int ERROR_FILE_NOT_FOUND = 2;
        internal const int ERROR_PATH_NOT_FOUND = 3;
        internal const int ERROR_ACCESS_DENIED = 5;
        internal const int ERROR_SHARING_VIOLATION = 32;
        internal const int ERROR_LOCK_VIOLATION = 33;
        internal const int ERROR_HANDLE_EOF = 38;
        internal const int ERROR_FILE_EXISTS = 80;
        internal const int ERROR_INVALID_PARAMETER = 87;
        internal const int ERROR_BROKEN_PIPE = 109;
        internal const int ERROR_INSUFFICIENT_BUFFER = 122;
        internal const int ERROR_INVALID_NAME = 123;
        internal const int ERROR_ALREADY_EXISTS = 183;
        internal const int ERROR_PIPE_BUSY = 231;
        internal const int ERROR_NO_DATA = 232;
        internal const int ERROR_PIPE_NOT_CONNECTED = 233;
        internal const int ERROR_MORE_DATA = 234;
        internal const int ERROR_OPERATION_ABORTED = 995;
        internal const int ERROR_IO_PENDING = 997;
        internal const int ERROR_NOT_FOUND = 1168;
        internal const int ERROR_NO_SUCH_LOGON_SESSION = 1312;
        internal const int ERROR_CANT_ACCESS_FILE = 1920;
    }
}

using System.Runtime.InteropServices;

internal static partial class Interop
{
    /// <summary>Error numbers as in errno(3); the values that Linux and macOS share, and those that differ.</summary>
    internal static class Errno
    {
        internal const int EPERM = 1;
        internal const int ENOENT = 2;
        internal const int ESRCH = 3;
        internal const int EINTR = 4;
        internal const int EACCES = 13;
        internal const int EEXIST = 17;
        internal const int ENOTDIR = 20;
        internal const int EINVAL = 22;
        internal const int ENFILE = 23;
        internal const int EMFILE = 24;
        internal const int ENOSPC = 28;
        internal const int EROFS = 30;
        internal const int EPIPE = 32;
        internal const int ERANGE = 34;

        internal static readonly int EAGAIN = OperatingSystem.IsMacOS() ? 35 : 11;
        internal static readonly int EADDRINUSE = OperatingSystem.IsMacOS() ? 48 : 98;
        internal static readonly int ECONNRESET = OperatingSystem.IsMacOS() ? 54 : 104;
        internal static readonly int ECONNREFUSED = OperatingSystem.IsMacOS() ? 61 : 111;
        internal static readonly int ELOOP = OperatingSystem.IsMacOS() ? 62 : 40;
    }

    /// <summary>The message of the C library for an error number: strerror(3).</summary>
    internal static string Describe(int errno) => $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";
}

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
        internal const int ENOMEM = 12;
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
        internal static readonly int EPROTOTYPE = OperatingSystem.IsMacOS() ? 41 : 91;
        internal static readonly int ENOPROTOOPT = OperatingSystem.IsMacOS() ? 42 : 92;
        internal static readonly int EADDRINUSE = OperatingSystem.IsMacOS() ? 48 : 98;
        internal static readonly int ECONNABORTED = OperatingSystem.IsMacOS() ? 53 : 103;
        internal static readonly int ECONNRESET = OperatingSystem.IsMacOS() ? 54 : 104;
        internal static readonly int ENOBUFS = OperatingSystem.IsMacOS() ? 55 : 105;
        internal static readonly int ENOTCONN = OperatingSystem.IsMacOS() ? 57 : 107;
        internal static readonly int ECONNREFUSED = OperatingSystem.IsMacOS() ? 61 : 111;
        internal static readonly int ELOOP = OperatingSystem.IsMacOS() ? 62 : 40;
        internal static readonly int ENODATA = OperatingSystem.IsMacOS() ? 96 : 61;
        internal static readonly int EPROTO = OperatingSystem.IsMacOS() ? 100 : 71;
        internal static readonly int EALREADY = OperatingSystem.IsMacOS() ? 37 : 114;
    }

    /// <summary>The message of the C library for an error number: strerror(3).</summary>
    internal static string Describe(int errno) => $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";
}

internal static partial class Interop
{
    internal static partial class Libc
    {
        // sys/socket.h and sys/un.h: the values that Linux and macOS share.
        internal const int AF_UNIX = 1;
        internal const int SOCK_STREAM = 1;
        internal const int SHUT_WR = 1;
        internal const int SHUT_RDWR = 2;
    }
}

// sys/socket.h, sys/un.h, sys/filio.h and sys/fcntl.h of macOS: the values that differ from Linux's, or that only macOS has.

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        internal const int SOL_SOCKET = 0xFFFF;
        internal const int SO_ACCEPTCONN = 0x2;
        internal const int SO_TYPE = 0x1008;
        internal const int SO_NOSIGPIPE = 0x1022;
        internal const int MSG_DONTWAIT = 0x80;

        /// <summary>The level of a Unix socket's own options, sys/un.h.</summary>
        internal const int SOL_LOCAL = 0;

        /// <summary>The user and groups of the process that connected, as of connect(2): a struct xucred.</summary>
        internal const int LOCAL_PEERCRED = 1;

        /// <summary>The process that used the peer's socket last.</summary>
        internal const int LOCAL_PEERPID = 2;

        /// <summary>The audit token, as of now, of the process that used the peer's socket last.</summary>
        internal const int LOCAL_PEERTOKEN = 6;

        /// <summary>sizeof sun_path, sys/un.h.</summary>
        internal const int SunPathBytes = 104;
    }
}

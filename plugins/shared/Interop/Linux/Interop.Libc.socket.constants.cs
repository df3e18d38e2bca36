internal static partial class Interop
{
    internal static partial class Libc
    {
        // bits/socket_type.h
        internal const int SOCK_CLOEXEC = 0x80000;
        internal const int SOCK_NONBLOCK = 0x800;

        // asm-generic/socket.h: right for x86, arm and riscv; some older architectures number these differently.
        internal const int SOL_SOCKET = 1;
        internal const int SO_TYPE = 3;
        internal const int SO_PASSCRED = 16;
        internal const int SO_PEERCRED = 17;
        internal const int SO_ACCEPTCONN = 30;
        internal const int SO_DOMAIN = 39;
        internal const int SO_PEERPIDFD = 77;

        // bits/socket.h
        internal const int SCM_RIGHTS = 1;
        internal const int SCM_CREDENTIALS = 2;
        internal const int MSG_PEEK = 0x2;
        internal const int MSG_CTRUNC = 0x8;
        internal const int MSG_DONTWAIT = 0x40;
        internal const int MSG_NOSIGNAL = 0x4000;
        internal const int MSG_CMSG_CLOEXEC = 0x40000000;
    }
}

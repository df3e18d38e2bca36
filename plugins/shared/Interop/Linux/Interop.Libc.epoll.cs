using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int EPOLL_CTL_ADD = 1;
        internal const int EPOLL_CTL_DEL = 2;
        internal const int EPOLL_CTL_MOD = 3;
        internal const uint EPOLLIN = 0x1;
        internal const uint EPOLLOUT = 0x4;
        internal const uint EPOLLERR = 0x8;
        internal const uint EPOLLHUP = 0x10;
        internal const uint EPOLLONESHOT = 1u << 30;

        private const int EPOLL_CLOEXEC = 0x80000;

        /// <summary>struct epoll_event, sys/epoll.h: packed on x86-64, and on no other architecture.</summary>
        private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
        private static readonly int DataOffset = EventSize - sizeof(ulong);

        /// <summary>epoll_create1(2). Not inherited by children; invalid with errno set on failure.</summary>
        internal static SafeFileHandle EpollCreate() => new(epoll_create1(EPOLL_CLOEXEC), ownsHandle: true);

        /// <summary>epoll_ctl(2).</summary>
        /// <param name="epoll">The instance.</param>
        /// <param name="operation">One of EPOLL_CTL_*.</param>
        /// <param name="descriptor">Whose readiness it is about.</param>
        /// <param name="events">EPOLL* flags; not looked at by EPOLL_CTL_DEL.</param>
        /// <param name="data">What <see cref="EpollWait"/> will say of it.</param>
        /// <returns>0, or -1 with errno set.</returns>
        internal static unsafe int EpollControl(SafeHandle epoll, int operation, SafeHandle descriptor, uint events, ulong data)
        {
            byte* packed = stackalloc byte[16];
            *(uint*)packed = events;
            *(ulong*)(packed + DataOffset) = data;
            return epoll_ctl(epoll, operation, descriptor, packed);
        }

        /// <summary>epoll_wait(2), without a time limit.</summary>
        /// <param name="epoll">The instance.</param>
        /// <param name="ready">What happened: flags, and the data that was given with the descriptor.</param>
        /// <returns>How many, or -1 with errno set.</returns>
        internal static unsafe int EpollWait(SafeHandle epoll, Span<(uint Events, ulong Data)> ready)
        {
            byte* packed = stackalloc byte[16 * ready.Length];
            int count = epoll_wait(epoll, packed, ready.Length, -1);
            for (int index = 0; index < count; index++)
            {
                byte* one = packed + (index * EventSize);
                ready[index] = (*(uint*)one, *(ulong*)(one + DataOffset));
            }

            return count;
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static partial int epoll_create1(int flags);

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static unsafe partial int epoll_ctl(SafeHandle epfd, int op, SafeHandle fd, byte* @event);

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static unsafe partial int epoll_wait(SafeHandle epfd, byte* events, int maxevents, int timeout);
    }
}

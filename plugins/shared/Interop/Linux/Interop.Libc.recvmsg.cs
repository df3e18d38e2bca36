using System.Runtime.InteropServices;

#pragma warning disable CS8981 // Native structures keep the names of the headers they come from.

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>struct iovec, sys/uio.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct iovec
        {
            internal void* iov_base;
            internal nuint iov_len;
        }

        /// <summary>struct msghdr, bits/socket.h (musl's has the same layout once the padding is zero).</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct msghdr
        {
            internal void* msg_name;
            internal uint msg_namelen;
            internal iovec* msg_iov;
            internal nuint msg_iovlen;
            internal void* msg_control;
            internal nuint msg_controllen;
            internal int msg_flags;
        }

        /// <summary>struct cmsghdr, bits/socket.h; its data follows at the next multiple of the word size.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct cmsghdr
        {
            internal nuint cmsg_len;
            internal int cmsg_level;
            internal int cmsg_type;
        }

        /// <summary>recvmsg(2).</summary>
        /// <returns>The number of bytes, 0 at the end of the stream, or -1 with errno set.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "recvmsg", SetLastError = true)]
        internal static unsafe partial nint RecvMsg(SafeHandle socket, msghdr* message, int flags);
    }
}

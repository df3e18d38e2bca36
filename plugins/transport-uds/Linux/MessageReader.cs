using System.Diagnostics;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds.Linux;

/// <summary>Reads bytes together with the kernel's word on who wrote them.</summary>
internal static unsafe class MessageReader
{
    // struct cmsghdr is 16 bytes on 64-bit systems, struct ucred 12; CMSG_SPACE rounds both up to the word size.
    private const int HeaderSpace = 16;
    private const int CredentialsLength = 12;

    /// <summary>
    /// CMSG_SPACE(sizeof(struct ucred)), and not a byte more. The kernel writes the credentials first; with no room
    /// left it drops descriptors that the peer passes along (SCM_RIGHTS) instead of installing them in the daemon.
    /// </summary>
    private const int ControlSpace = 32;

    /// <summary>Reads what is there without waiting. recvmsg never mixes the bytes of two senders.</summary>
    /// <param name="socket">A connected socket with SO_PASSCRED.</param>
    /// <param name="buffer">Where the kernel puts the bytes; at least one.</param>
    /// <param name="sender">Who wrote them; process id 0 when the kernel attached nobody.</param>
    /// <returns>How many, 0 at the end of the stream, or -1 with errno set.</returns>
    internal static int Receive(SafeHandle socket, Span<byte> buffer, out Sender sender)
    {
        Debug.Assert(sizeof(Libc.cmsghdr) == HeaderSpace && sizeof(Libc.ucred) == CredentialsLength, "64-bit layouts");
        ulong* control = stackalloc ulong[ControlSpace / sizeof(ulong)];
        fixed (byte* bytes = buffer)
        {
            var vector = new Libc.iovec { iov_base = bytes, iov_len = (nuint)buffer.Length };
            var message = new Libc.msghdr
            {
                msg_iov = &vector,
                msg_iovlen = 1,
                msg_control = control,
                msg_controllen = ControlSpace,
            };
            nint count;
            do
            {
                count = Libc.RecvMsg(socket, &message, Libc.MSG_DONTWAIT | Libc.MSG_CMSG_CLOEXEC);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);

            sender = count > 0 ? ReadSender((byte*)control, message.msg_controllen) : default;
            return (int)count;
        }
    }

    private static Sender ReadSender(byte* control, nuint length)
    {
        var header = (Libc.cmsghdr*)control;
        if (length < HeaderSpace + CredentialsLength
            || header->cmsg_len != HeaderSpace + CredentialsLength
            || header->cmsg_level != Libc.SOL_SOCKET
            || header->cmsg_type != Libc.SCM_CREDENTIALS)
        {
            return default;
        }

        var credentials = (Libc.ucred*)(control + HeaderSpace);
        return new Sender(credentials->pid, credentials->uid);
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;
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
    /// left it says that it left descriptors out which the peer passes along (SCM_RIGHTS).
    /// Only who is asked for descriptors gets room for them.
    /// </summary>
    private const int CredentialsSpace = 32;

    // SCM_MAX_FD of net/scm.h: what one message may carry.
    private const int MostDescriptors = 253;

    /// <summary>
    /// Reads what is there without waiting. recvmsg never mixes the bytes of two senders. Looks first whether
    /// descriptors come along: if they were read without room for them the kernel would close them in this
    /// thread, which may take as long as their owner likes. Then takes no more than it has looked at.
    /// </summary>
    /// <param name="socket">A connected socket with SO_PASSCRED.</param>
    /// <param name="buffer">Where the kernel puts the bytes; at least one.</param>
    /// <param name="sender">Who wrote them; process id 0 when the kernel attached nobody.</param>
    /// <returns>How many, 0 at the end of the stream, or -1 with errno set; EPROTO where descriptors come along, which stay unread.</returns>
    internal static int Receive(SafeHandle socket, Span<byte> buffer, out Sender sender)
    {
        ulong* control = stackalloc ulong[CredentialsSpace / sizeof(ulong)];
        int count = Receive(socket, buffer, control, CredentialsSpace, Libc.MSG_PEEK, out nuint length, out int flags);
        sender = count > 0 ? ReadSender((byte*)control, length) : default;
        if (count <= 0)
        {
            return count;
        }

        if ((flags & Libc.MSG_CTRUNC) != 0)
        {
            Marshal.SetLastPInvokeError(Errno.EPROTO);
            return -1;
        }

        do
        {
            count = Libc.Recv(socket, buffer[..count], Libc.MSG_DONTWAIT);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        return count;
    }

    /// <summary>
    /// The same, and takes all descriptors that came along; they are closed at exec. There is room for all that a
    /// message may carry, because the kernel closes what finds none in this thread.
    /// </summary>
    /// <param name="socket">A connected socket with SO_PASSCRED.</param>
    /// <param name="buffer">Where the kernel puts the bytes; at least one.</param>
    /// <param name="maxDescriptors">How many are expected.</param>
    /// <param name="sender">Who wrote the bytes.</param>
    /// <param name="descriptors">What came along; the caller disposes them, also where the count is not positive.</param>
    /// <param name="wereMore">Whether the peer passed more, or more than this process may have open.</param>
    /// <returns>How many bytes, 0 at the end of the stream, or -1 with errno set.</returns>
    internal static int ReceiveWithDescriptors(
        SafeHandle socket, Span<byte> buffer, int maxDescriptors, out Sender sender, out SafeHandle[] descriptors, out bool wereMore)
    {
        int space = CredentialsSpace + HeaderSpace + Align(MostDescriptors * sizeof(int));
        ulong* control = stackalloc ulong[space / sizeof(ulong)];
        int count = Receive(socket, buffer, control, space, how: 0, out nuint length, out int flags);
        int error = Marshal.GetLastPInvokeError();
        sender = count > 0 ? ReadSender((byte*)control, length) : default;
        descriptors = count >= 0 ? TakeDescriptors((byte*)control, (int)length) : [];
        wereMore = descriptors.Length > maxDescriptors || (count >= 0 && (flags & Libc.MSG_CTRUNC) != 0);
        Marshal.SetLastPInvokeError(error);
        return count;
    }

    private static int Receive(SafeHandle socket, Span<byte> buffer, ulong* control, int space, int how, out nuint length, out int flags)
    {
        Debug.Assert(sizeof(Libc.cmsghdr) == HeaderSpace && sizeof(Libc.ucred) == CredentialsLength, "64-bit layouts");
        fixed (byte* bytes = buffer)
        {
            var vector = new Libc.iovec { iov_base = bytes, iov_len = (nuint)buffer.Length };
            Libc.msghdr message;
            nint count;
            do
            {
                message = new Libc.msghdr
                {
                    msg_iov = &vector,
                    msg_iovlen = 1,
                    msg_control = control,
                    msg_controllen = (nuint)space,
                };
                count = Libc.RecvMsg(socket, &message, Libc.MSG_DONTWAIT | Libc.MSG_CMSG_CLOEXEC | how);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);

            length = message.msg_controllen;
            flags = message.msg_flags;
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

    /// <summary>Whatever the kernel has installed in this process must get an owner, whichever message it came in.</summary>
    private static SafeHandle[] TakeDescriptors(byte* control, int length)
    {
        var taken = new List<SafeHandle>();
        for (int at = 0; length - at >= HeaderSpace; at += Align((int)((Libc.cmsghdr*)(control + at))->cmsg_len))
        {
            var header = (Libc.cmsghdr*)(control + at);
            if (header->cmsg_len < HeaderSpace || header->cmsg_len > (nuint)(length - at))
            {
                break;
            }

            if (header->cmsg_level == Libc.SOL_SOCKET && header->cmsg_type == Libc.SCM_RIGHTS)
            {
                foreach (int descriptor in new ReadOnlySpan<int>(control + at + HeaderSpace, ((int)header->cmsg_len - HeaderSpace) / sizeof(int)))
                {
                    taken.Add(new SafeFileHandle(descriptor, ownsHandle: true));
                }
            }
        }

        return [.. taken];
    }

    // CMSG_ALIGN
    private static int Align(int length) => (length + sizeof(ulong) - 1) & ~(sizeof(ulong) - 1);
}

using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds.Linux;

/// <summary>
/// Asks the kernel who made a connection. SO_PEERCRED and SO_PEERPIDFD answer for the process that called connect(2),
/// whatever has become of it since; whether it still runs the same program is the verifier's question.
/// For one thread.
/// </summary>
internal sealed class LinuxPeerReader(IPluginLog log, DescriptorReserve reserve) : IPeerReader, IDescriptorReader
{
    // connect(2) appends to the queue that accept(2) takes from (net/unix/af_unix.c), and one thread accepts.
    private long _accepted;
    private bool _saidNoPidfd;

    public PeerCredentials? Read(SafeHandle socket, long? connectedAfter, out string? refusal)
    {
        // Inherited from the listener, and set again because everything depends on it: without it the 32 bytes of
        // control data would have room for descriptors.
        if (Libc.SetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_PASSCRED, 1) < 0)
        {
            refusal = $"A connection does not tell its senders and was dropped: {Describe(Marshal.GetLastPInvokeError())}.";
            return null;
        }

        if (Libc.GetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_PEERCRED, out Libc.ucred peer) < 0)
        {
            refusal = $"The kernel does not name the peer of a connection: {Describe(Marshal.GetLastPInvokeError())}. It was dropped.";
            return null;
        }

        if (peer.pid <= 0)
        {
            refusal = $"A process of user {peer.uid} outside the daemon's pid namespace has connected; it cannot be identified and was dropped. Run the daemon in the namespace of its clients.";
            return null;
        }

        SafeFileHandle? process = OpenProcess(socket, out int error);
        if (process is not null && IsReaped(process))
        {
            process.Dispose();
            refusal = Gone(peer);
            return null;
        }

        if (error == Errno.ENOPROTOOPT)
        {
            SayNoPidfd();
        }
        else if (error != 0)
        {
            refusal = error is Errno.ESRCH or Errno.EINVAL || error == Errno.ENODATA
                ? Gone(peer)
                : $"The kernel gives no handle of process {peer.pid}, which has connected: {Describe(error)}. It was dropped.";
            return null;
        }

        refusal = null;
        return new PeerCredentials
        {
            ProcessId = peer.pid,
            UserId = peer.uid,
            GroupId = peer.gid,
            ProcessHandle = process,
            ConnectedAfter = connectedAfter,
            AcceptOrder = ++_accepted,
        };
    }

    public int Receive(SafeHandle socket, PeerCredentials peer, Span<byte> buffer, out Sender sender) =>
        MessageReader.Receive(socket, buffer, out sender);

    public int ReceiveWithDescriptors(
        SafeHandle socket, Span<byte> buffer, int maxDescriptors, out Sender sender, out SafeHandle[] descriptors, out bool wereMore) =>
        MessageReader.ReceiveWithDescriptors(socket, buffer, maxDescriptors, out sender, out descriptors, out wereMore);

    /// <returns>A pidfd, or null with the error number.</returns>
    private SafeFileHandle? OpenProcess(SafeHandle socket, out int error)
    {
        error = 0;
        for (int attempt = 0; attempt < 2; attempt++)
        {
            if (Libc.GetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_PEERPIDFD, out int descriptor) == 0)
            {
                error = 0;
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }

            error = Marshal.GetLastPInvokeError();
            if (error is not (Errno.EMFILE or Errno.ENFILE))
            {
                break;
            }

            // The connection itself got the last one.
            reserve.Release();
        }

        return null;
    }

    /// <summary>
    /// From 6.16 on the kernel gives a pidfd even of a process that is gone (its fdinfo says "Pid: -1"), where older
    /// ones answer ESRCH. poll(2) says so with POLLHUP, for much less than a look into /proc. One that has exited but
    /// not been waited for still has its pid; the verifier deals with it.
    /// </summary>
    private static bool IsReaped(SafeFileHandle pidfd)
    {
        // Nobody else knows the handle yet, so its number cannot be reused meanwhile.
        Span<Libc.pollfd> poll = [new Libc.pollfd { fd = (int)pidfd.DangerousGetHandle(), events = Libc.POLLIN }];
        return Libc.Poll(poll, 0) > 0 && (poll[0].revents & Libc.POLLHUP) != 0;
    }

    private static string Gone(Libc.ucred peer) =>
        $"Process {peer.pid} of user {peer.uid} has connected and was gone before it could be identified; its connection was dropped.";

    private void SayNoPidfd()
    {
        if (!_saidNoPidfd)
        {
            _saidNoPidfd = true;
            log.Write(PluginLogLevel.Warning, "This kernel is older than 6.5 and gives no handle of a peer process (SO_PEERPIDFD); a reused process id is then only told by its start time.");
        }
    }
}

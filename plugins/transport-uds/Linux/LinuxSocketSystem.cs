using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds.Linux;

/// <summary>Unix domain sockets as unix(7) of Linux has them.</summary>
internal sealed class LinuxSocketSystem : ISocketSystem
{
    // sun_path holds 108 bytes; the last one is the terminating NUL.
    private readonly SocketAddress _address = new(pathBytes: 108, hasLength: false);

    private readonly SystemdActivation _activation = new();

    public int MaximumPathBytes => _address.MaximumPathBytes;

    public SafeSocketHandle CreateStream() => Libc.UnixStreamSocket();

    public int BindWithMode(SafeHandle socket, string path, UnixFileMode mode, out string step)
    {
        // bind(2) gives the file the mode that the socket itself has, less the umask: this way it is never wider
        // than it should be, without touching the umask, which belongs to the whole process.
        step = "set the mode of";
        if (Libc.FChMod(socket, (uint)mode) < 0)
        {
            return -1;
        }

        // Before listen, so that no connection can exist without it: accepted sockets inherit it, and the kernel
        // then notes the sender of what is written even before we accept.
        step = "ask for senders on";
        if (Libc.SetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_PASSCRED, 1) < 0)
        {
            return -1;
        }

        step = "bind";
        return Libc.Bind(socket, _address.Encode(path));
    }

    public int Connect(SafeHandle socket, string path) => Libc.Connect(socket, _address.Encode(path));

    public string? PathOf(SafeHandle socket)
    {
        Span<byte> encoded = stackalloc byte[128];
        return Libc.GetSockName(socket, encoded, out int length) == 0 && length <= encoded.Length
            ? _address.Decode(encoded[..length])
            : null;
    }

    public bool IsListener(SafeHandle socket) =>
        Libc.GetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_DOMAIN, out int domain) == 0
        && Libc.GetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_TYPE, out int type) == 0
        && Libc.GetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_ACCEPTCONN, out int listening) == 0
        && domain == Libc.AF_UNIX
        && type == Libc.SOCK_STREAM
        && listening != 0;

    public string? DescribeListener(SafeHandle connected) =>
        Libc.GetSockOpt(connected, Libc.SOL_SOCKET, Libc.SO_PEERCRED, out Libc.ucred owner) == 0
            ? $"Process {owner.pid} of user {owner.uid}"
            : null;

    public PassedSocket? TakePassed(string? address) => _activation.Take(address, PathOf);

    public int Adopt(SafeHandle listener, IPluginLog log)
    {
        bool hadSenders = Libc.GetSockOpt(listener, Libc.SOL_SOCKET, Libc.SO_PASSCRED, out int passes) == 0 && passes != 0;
        if (!hadSenders)
        {
            log.Write(PluginLogLevel.Warning, "The socket that systemd passed did not ask for senders: bytes that were queued before now may carry none and are then refused. Set PassCredentials=yes in the socket unit.");
        }

        // O_NONBLOCK belongs to the open socket, which systemd shares; it does not read from it while we run.
        int flags = Libc.FCntl(listener, Libc.F_GETFL, 0);
        return flags < 0
            || Libc.FCntl(listener, Libc.F_SETFL, flags | Libc.O_NONBLOCK) < 0
            || Libc.FCntl(listener, Libc.F_SETFD, Libc.FD_CLOEXEC) < 0
            ? -1
            : Libc.SetSockOpt(listener, Libc.SOL_SOCKET, Libc.SO_PASSCRED, 1);
    }

    public SafeSocketHandle Accept(SafeHandle listener) => Libc.Accept4(listener);

    public bool IsOfOneConnection(int error) =>
        error == Errno.EINTR || error == Errno.EPERM || error == Errno.ECONNABORTED || error == Errno.EPROTO;

    public int Send(SafeHandle socket, ReadOnlySpan<byte> bytes) =>
        Libc.Send(socket, bytes, Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL);

    public int Receive(SafeHandle socket, Span<byte> buffer) => MessageReader.Receive(socket, buffer, out _);

    public IReadiness CreateReadiness(SafeSocketHandle socket) => new EpollReadiness(this, socket);

    public int Duplicate(SafeHandle file) => Libc.FCntl(file, Libc.F_DUPFD_CLOEXEC, 0);

    public IPeerReader CreatePeerReader(IPluginLog log, DescriptorReserve reserve) => new LinuxPeerReader(log, reserve);
}

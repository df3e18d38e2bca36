using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds.MacOS;

/// <summary>Unix domain sockets as unix(4) of macOS has them.</summary>
internal sealed class MacSocketSystem : ISocketSystem
{
    private readonly SocketAddress _address = new(LibSystem.SunPathBytes, hasLength: true);

    public int MaximumPathBytes => _address.MaximumPathBytes;

    public SafeSocketHandle CreateStream() => Prepared(LibSystem.UnixStreamSocket());

    public int BindWithMode(SafeHandle socket, string path, UnixFileMode mode, out string step)
    {
        // The file gets its mode from the umask, and fchmod(2) of a socket is not supported. Until listen(2), which
        // comes after this, a connect(2) is refused, so the moment between the two calls lets nobody in.
        step = "bind";
        if (LibSystem.Bind(socket, _address.Encode(path)) < 0)
        {
            return -1;
        }

        step = "set the mode of";
        return LibSystem.ChModNoFollow(path, (ushort)mode);
    }

    public int Connect(SafeHandle socket, string path) => LibSystem.Connect(socket, _address.Encode(path));

    public string? PathOf(SafeHandle socket)
    {
        Span<byte> encoded = stackalloc byte[128];
        return LibSystem.GetSockName(socket, encoded, out int length) == 0 && length <= encoded.Length
            ? _address.Decode(encoded[..length])
            : null;
    }

    // There is no SO_DOMAIN: an address of this family tells as much.
    public bool IsListener(SafeHandle socket) =>
        LibSystem.GetSockOpt(socket, LibSystem.SOL_SOCKET, LibSystem.SO_TYPE, out int type) == 0
        && LibSystem.GetSockOpt(socket, LibSystem.SOL_SOCKET, LibSystem.SO_ACCEPTCONN, out int listening) == 0
        && type == Libc.SOCK_STREAM
        && listening != 0
        && PathOf(socket) is not null;

    public string? DescribeListener(SafeHandle connected) =>
        LibSystem.GetSockOpt(connected, LibSystem.SOL_LOCAL, LibSystem.LOCAL_PEERPID, out int process) == 0
            ? $"Process {process}"
            : null;

    public PassedSocket? TakePassed(string? address) => LaunchdActivation.Take();

    public int Adopt(SafeHandle listener, IPluginLog log) => LibSystem.Privatise(listener);

    public SafeSocketHandle Accept(SafeHandle listener)
    {
        SafeSocketHandle accepted = LibSystem.Accept(listener);
        if (accepted.IsInvalid)
        {
            return accepted;
        }

        SafeSocketHandle prepared = Prepared(accepted);
        if (prepared.IsInvalid)
        {
            // setsockopt(2) fails on a socket whose peer is gone. That is the end of one connection, and must not read
            // as an error of the listener.
            Marshal.SetLastPInvokeError(Errno.ECONNABORTED);
        }

        return prepared;
    }

    public bool IsOfOneConnection(int error) =>
        error == Errno.EINTR || error == Errno.ECONNABORTED || error == Errno.EPROTO;

    public int Send(SafeHandle socket, ReadOnlySpan<byte> bytes) => LibSystem.Send(socket, bytes, LibSystem.MSG_DONTWAIT);

    public int Receive(SafeHandle socket, Span<byte> buffer) => LibSystem.Recv(socket, buffer, LibSystem.MSG_DONTWAIT);

    public IReadiness CreateReadiness(SafeSocketHandle socket) => new SocketReadiness(socket);

    public int Duplicate(SafeHandle file) => (int)LibSystem.FCntl(file, LibSystem.F_DUPFD_CLOEXEC, 0);

    public IPeerReader CreatePeerReader(IPluginLog log, DescriptorReserve reserve) => new MacPeerReader();

    /// <summary>
    /// Not inherited, never blocking, no SIGPIPE. Between the making of a socket and this a fork by another thread would
    /// copy it; the daemon starts no other programs.
    /// </summary>
    private static SafeSocketHandle Prepared(SafeSocketHandle socket)
    {
        if (socket.IsInvalid
            || (LibSystem.Privatise(socket) >= 0
                && LibSystem.SetSockOpt(socket, LibSystem.SOL_SOCKET, LibSystem.SO_NOSIGPIPE, 1) >= 0))
        {
            return socket;
        }

        int error = Marshal.GetLastPInvokeError();
        socket.Dispose();
        Marshal.SetLastPInvokeError(error);
        return new SafeSocketHandle(-1, ownsHandle: false);
    }
}

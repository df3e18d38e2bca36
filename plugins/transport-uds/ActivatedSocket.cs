using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// A listening socket that systemd passed at start. It is held to the same rules as a socket of our own, but its file is
/// systemd's.
/// </summary>
internal static class ActivatedSocket
{
    private const int AddressBytes = 128;

    /// <summary>Takes over a socket that was passed.</summary>
    /// <exception cref="TransportException">It must not be used.</exception>
    internal static BoundSocket TakeOver(int descriptor, string requested, SocketAccess access, TimeProvider time, IPluginLog log)
    {
        var socket = new SafeSocketHandle(descriptor, ownsHandle: true);
        try
        {
            string address = CheckKind(socket, descriptor);
            CheckFile(address, access);
            if (address != requested)
            {
                log.Write(PluginLogLevel.Warning, $"Listening on {address}, which systemd passed, and not on {requested}; make ListenStream= of the socket unit agree with what clients use.");
            }

            Prepare(socket, descriptor, log);
            return new BoundSocket(socket, address, file: null, time, log);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The path that a passed descriptor is bound to; null when it is no socket with a path.</summary>
    internal static string? PathOf(int descriptor)
    {
        using var socket = new SafeSocketHandle(descriptor, ownsHandle: false);
        Span<byte> encoded = stackalloc byte[AddressBytes];
        return Libc.GetSockName(socket, encoded, out int length) >= 0 && length <= encoded.Length
            ? SocketPath.Decode(encoded[..length])
            : null;
    }

    private static string CheckKind(SafeSocketHandle socket, int descriptor)
    {
        if (Libc.GetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_DOMAIN, out int domain) < 0
            || Libc.GetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_TYPE, out int type) < 0
            || Libc.GetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_ACCEPTCONN, out int listening) < 0
            || domain != Libc.AF_UNIX
            || type != Libc.SOCK_STREAM
            || listening == 0)
        {
            throw Unusable(TransportError.InvalidAddress, $"Descriptor {descriptor}, which was passed for socket activation, is not a listening Unix stream socket; use ListenStream= with a path and Accept=no.");
        }

        Span<byte> encoded = stackalloc byte[AddressBytes];
        if (Libc.GetSockName(socket, encoded, out int length) < 0 || length > encoded.Length
            || SocketPath.Decode(encoded[..length]) is not { } address)
        {
            throw Unusable(TransportError.UnsafeAddress, $"The socket passed as descriptor {descriptor} has no path, so no file mode protects it; use ListenStream= with a path.");
        }

        SocketPath.Validate(address);
        return address;
    }

    private static void CheckFile(string address, SocketAccess access)
    {
        SocketDirectory.Check(SocketPath.DirectoryOf(address), access);
        if (Libc.StatX(address, followLink: false, out Libc.statx_buffer file) < 0)
        {
            throw Unusable(TransportError.UnsafeAddress, $"The file of the socket that systemd passed, {address}, cannot be looked at: {Describe(Marshal.GetLastPInvokeError())}.");
        }

        if (file.FileType != Libc.S_IFSOCK || !access.MayOwn(file.stx_uid) || access.IsTooOpenForSocket(file.Permissions))
        {
            string mode = Convert.ToString((int)access.SocketMode, 8).PadLeft(4, '0');
            throw Unusable(TransportError.UnsafeAddress, $"{address}, which systemd passed, is not a socket of the daemon's user with mode {mode}; set SocketMode={mode} in the socket unit.");
        }
    }

    private static void Prepare(SafeSocketHandle socket, int descriptor, IPluginLog log)
    {
        bool hadSenders = Libc.GetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_PASSCRED, out int passes) == 0 && passes != 0;
        if (!hadSenders)
        {
            log.Write(PluginLogLevel.Warning, "The socket that systemd passed did not ask for senders: bytes that were queued before now may carry none and are then refused. Set PassCredentials=yes in the socket unit.");
        }

        // O_NONBLOCK belongs to the open socket, which systemd shares; it does not read from it while we run.
        int flags = Libc.FCntl(socket, Libc.F_GETFL, 0);
        if (flags < 0
            || Libc.FCntl(socket, Libc.F_SETFL, flags | Libc.O_NONBLOCK) < 0
            || Libc.FCntl(socket, Libc.F_SETFD, Libc.FD_CLOEXEC) < 0
            || Libc.SetSockOpt(socket, Libc.SOL_SOCKET, Libc.SO_PASSCRED, 1) < 0)
        {
            throw Unusable(TransportError.Failed, $"The socket passed as descriptor {descriptor} cannot be prepared: {Describe(Marshal.GetLastPInvokeError())}.");
        }
    }

    private static TransportException Unusable(TransportError error, string message) => new(error, message);
}

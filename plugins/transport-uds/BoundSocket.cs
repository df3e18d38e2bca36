using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>A listening socket and, unless a service manager owns it, the file that leads to it.</summary>
internal sealed class BoundSocket : IAsyncDisposable
{
    private readonly Libc.statx_buffer? _file;
    private readonly TimeProvider _time;
    private readonly IPluginLog _log;

    /// <param name="handle">The socket; owned from now on.</param>
    /// <param name="address">Its path.</param>
    /// <param name="file">The identity of the file to remove at the end; null leaves the file alone.</param>
    /// <param name="time">The clock for the lock's deadline.</param>
    /// <param name="log">For what goes wrong at the end.</param>
    internal BoundSocket(SafeSocketHandle handle, string address, Libc.statx_buffer? file, TimeProvider time, IPluginLog log)
    {
        Handle = handle;
        Address = address;
        _file = file;
        _time = time;
        _log = log;
    }

    internal SafeSocketHandle Handle { get; }

    internal string Address { get; }

    /// <summary>Whether the path still leads to this socket. Of one that systemd passed that is systemd's business.</summary>
    internal bool IsInPlace => _file is not { } ours
        || (Libc.StatX(Address, followLink: false, out Libc.statx_buffer now) == 0 && now.FileType == Libc.S_IFSOCK && now.IsSameFileAs(ours));

    /// <summary>
    /// Binds and listens. The caller holds the <see cref="SocketLock"/>: until listen(2), a probe would take the socket
    /// for a dead one.
    /// </summary>
    internal static BoundSocket Bind(ISocketSystem system, string address, int backlog, SocketAccess access, TimeProvider time, IPluginLog log)
    {
        SafeSocketHandle socket = system.CreateStream();
        Libc.statx_buffer? created = null;
        try
        {
            ThrowIfFailed(socket.IsInvalid ? -1 : 0, "create a socket for", address);
            int bound = system.BindWithMode(socket, address, access.SocketMode, out string step);
            ThrowIfFailed(bound, step, address);
            ThrowIfFailed(Libc.StatX(address, followLink: false, out Libc.statx_buffer file), "look at", address);
            if (file.FileType != Libc.S_IFSOCK || file.stx_uid != Libc.GetEUid())
            {
                throw new TransportException(TransportError.UnsafeAddress, $"{address} was replaced while it was being bound.");
            }

            created = file;
            if (access.IsTooOpenForSocket(file.Permissions))
            {
                throw new TransportException(TransportError.UnsafeAddress, $"The file system gave {address} the mode {Convert.ToString(file.Permissions, 8)} instead of {Convert.ToString((int)access.SocketMode, 8)}; choose another place with --socket.");
            }

            // What the umask took away. The directory is ours: nobody else can have put another file there.
            if (file.Permissions != (int)access.SocketMode)
            {
                File.SetUnixFileMode(address, access.SocketMode);
            }

            ThrowIfFailed(Libc.Listen(socket, backlog), "listen on", address);
            return new BoundSocket(socket, address, file, time, log);
        }
        catch
        {
            RemoveFile(address, created);
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes the file if it is still this socket's, and closes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_file is not null)
            {
                using SocketLock taken = await SocketLock.AcquireAsync(Address, _time, CancellationToken.None);
                RemoveFile(Address, _file);
            }
        }
        catch (Exception failure) when (failure is TransportException or IOException or UnauthorizedAccessException)
        {
            _log.Write(PluginLogLevel.Warning, $"The socket {Address} could not be removed and stays behind; the next start replaces it.", failure);
        }
        finally
        {
            // Only now: an open socket keeps its inode, so the comparison above cannot have met a new file with the
            // old number.
            Handle.Dispose();
        }
    }

    private static void RemoveFile(string path, Libc.statx_buffer? file)
    {
        if (file is { } ours
            && Libc.StatX(path, followLink: false, out Libc.statx_buffer now) == 0
            && now.FileType == Libc.S_IFSOCK
            && now.IsSameFileAs(ours))
        {
            File.Delete(path);
        }
    }

    private static void ThrowIfFailed(int result, string what, string address)
    {
        if (result >= 0)
        {
            return;
        }

        int error = Marshal.GetLastPInvokeError();
        TransportError cause = error == Errno.EADDRINUSE ? TransportError.AddressInUse : TransportError.Failed;
        throw new TransportException(cause, $"The daemon could not {what} {address}: {Describe(error)}.", error);
    }
}

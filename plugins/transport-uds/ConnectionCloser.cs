using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// Closes connections without ever being held up. The kernel drops what was never read in the thread that closes, open
/// files that the peer has passed along among it; and one of those may be closed as slowly as its owner likes (a
/// connection with SO_LINGER, socket(7), that is full: for days). Connections that hold such files are left to a few
/// threads of their own.
/// </summary>
/// <remarks>Not guaranteed: that such a connection's descriptor is free again before its peer allows it.</remarks>
internal sealed class ConnectionCloser(ISocketSystem system)
{
    private const int MaxThreads = 16;

    private readonly Lock _gate = new();
    private readonly Queue<SafeSocketHandle> _waiting = [];
    private int _threads;

    /// <summary>Ends a connection for its peer at once, and closes it, perhaps later.</summary>
    /// <param name="socket">The connection; owned from now on.</param>
    /// <param name="isDrained">Whether its peer has ended and everything was read.</param>
    internal void Close(SafeSocketHandle socket, bool isDrained)
    {
        if (isDrained || TryDrain(socket))
        {
            socket.Dispose();
            return;
        }

        lock (_gate)
        {
            _waiting.Enqueue(socket);
            if (_threads < MaxThreads)
            {
                _threads++;
                new Thread(CloseAll) { IsBackground = true, Name = "transport-uds close" }.Start();
            }
        }
    }

    /// <summary>Reads some of what is there and throws it away, without waiting.</summary>
    /// <returns>As <see cref="ISocketSystem.Receive"/>, with errno set.</returns>
    internal int Discard(SafeSocketHandle socket, int atMost)
    {
        Span<byte> discarded = stackalloc byte[atMost];
        int count = system.Receive(socket, discarded);
        int error = Marshal.GetLastPInvokeError();
        CryptographicOperations.ZeroMemory(discarded); // Unread requests may hold secrets.
        Marshal.SetLastPInvokeError(error);
        return count;
    }

    /// <summary>Nothing can come any more, so that what is there can be read away; no files among it are taken.</summary>
    /// <returns>False where some are left.</returns>
    private bool TryDrain(SafeSocketHandle socket)
    {
        try
        {
            if (Libc.Shutdown(socket, Libc.SHUT_RDWR) < 0)
            {
                return true;
            }

            while (true)
            {
                int count = Discard(socket, 4096);
                int error = Marshal.GetLastPInvokeError();
                if (count == 0 || (count < 0 && error != Errno.EINTR))
                {
                    return count == 0 || error != Errno.EPROTO;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private void CloseAll()
    {
        while (true)
        {
            SafeSocketHandle? socket;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out socket))
                {
                    _threads--;
                    return;
                }
            }

            socket.Dispose();
        }
    }
}

using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <content>How a connection ends.</content>
internal sealed partial class UdsConnection
{
    private const int LingerBytes = 1024 * 1024;
    private static readonly TimeSpan LingerTime = TimeSpan.FromMilliseconds(100);

    public void Abort() => CloseHandle();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Closed without an answer, the peer may connect again at once, and should find a fresh stamp then.
        LookAtQueueOnce();
        await LingerAsync();
        CloseHandle();
        Peer.Dispose();
    }

    /// <summary>Ends a connection that was never handed to anybody.</summary>
    internal void Discard()
    {
        _disposed = 1;
        CloseHandle();
        Peer.Dispose();
    }

    /// <summary>
    /// Closing a socket with unread bytes resets the connection, and the peer may lose the line sent last. So: end our
    /// side, which tells the peer that no more will come, and read away what it still sends until it closes too.
    /// </summary>
    private async ValueTask LingerAsync()
    {
        try
        {
            if (_endSeen || Libc.Shutdown(_handle, Libc.SHUT_WR) < 0)
            {
                return;
            }

            using var deadline = new CancellationTokenSource(LingerTime, _time);
            int budget = LingerBytes;
            while (budget > 0 && !deadline.IsCancellationRequested)
            {
                int count = DiscardSome(Math.Min(budget, 4096));
                if (count > 0)
                {
                    budget -= count;
                }
                else if (count < 0 && Marshal.GetLastPInvokeError() == Errno.EAGAIN)
                {
                    await WaitUntilReadableAsync(deadline.Token);
                }
                else if (count == 0 || Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    return;
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or TransportException or ObjectDisposedException)
        {
            // The time is over, the peer has broken the connection, or it was aborted: nothing is left to wait for.
        }
    }

    private int DiscardSome(int atMost)
    {
        lock (_reading)
        {
            return _closer.Discard(_handle, atMost);
        }
    }

    private void CloseHandle()
    {
        lock (_gate)
        {
            if (_handleClosed)
            {
                return;
            }

            _handleClosed = true;
        }

        _readiness.Dispose();
        lock (_reading)
        {
            _closer.Close(_handle, _isDrained);
        }

        _ended.Cancel();
    }

    private TransportException Broken(int error)
    {
        _endSeen = true;
        _ended.Cancel();
        bool ended = error == Errno.EPIPE || error == Errno.ECONNRESET;
        return new TransportException(
            ended ? TransportError.ConnectionClosed : TransportError.Failed,
            ended ? "The peer has closed the connection."
                : error == Errno.EPROTO ? "The peer passed open files along, which nobody has asked for."
                : $"The connection failed: {Describe(error)}.",
            error);
    }

    private static TransportException Ended() => new(TransportError.ConnectionClosed, "The connection has been closed.");
}

using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// The kernel's queue of connections that wait to be accepted, and the last instant at which it was seen empty.
/// <para>
/// The argument: the clock is read, then accept(2) finds the queue empty. A connection that is taken later was therefore
/// made after that reading. Reading the clock afterwards, or letting two threads accept, would break it: hence one
/// lock around reading, accepting and noting, and hence no <c>Socket.AcceptAsync</c>, which hides an empty queue.
/// Only EAGAIN says "empty": a lack of descriptors is reported before the kernel looks at the queue.
/// </para>
/// </summary>
internal sealed class ConnectionQueue(ISocketSystem system, SafeSocketHandle listener, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long? _seenEmpty;

    /// <summary>Takes the next connection if there is one.</summary>
    /// <param name="connectedAfter">An instant before which the connection did not exist; null when none is known.</param>
    /// <param name="error">0, or the error number; EAGAIN means that the queue was empty.</param>
    /// <returns>The connection, owned by the caller, or null.</returns>
    internal SafeSocketHandle? TryAccept(out long? connectedAfter, out int error)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            connectedAfter = _seenEmpty;
            SafeSocketHandle accepted = system.Accept(listener);
            if (!accepted.IsInvalid)
            {
                error = 0;
                return accepted;
            }

            error = Marshal.GetLastPInvokeError();
            accepted.Dispose();
            if (error == Errno.EAGAIN)
            {
                _seenEmpty = now;
            }

            return null;
        }
    }

    /// <summary>
    /// Looks whether the queue is empty, and notes it, without taking anything. Called before the first answer on a
    /// connection, or its end where there is none: a client that connects again then finds a stamp younger than its
    /// pin, and is welcome at its second connection rather than its third. The same argument holds: the clock is read,
    /// then poll(2) finds nothing to accept, so what is taken later was made later.
    /// </summary>
    internal void Look()
    {
        bool added = false;
        try
        {
            listener.DangerousAddRef(ref added);
            lock (_gate)
            {
                long now = time.GetTimestamp();
                if (Libc.Poll([new Libc.pollfd { fd = (int)listener.DangerousGetHandle(), events = Libc.POLLIN }], 0) == 0)
                {
                    _seenEmpty = now;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The listener is closed: there will be no second connection.
        }
        finally
        {
            if (added)
            {
                listener.DangerousRelease();
            }
        }
    }
}

using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// One accepted connection. Bytes move by system calls on the bare handle, straight between the kernel and the
/// caller's memory.
/// </summary>
internal sealed partial class UdsConnection : IPeerConnection, IDescriptorConnection
{
    private readonly ISocketSystem _system;
    private readonly IPeerReader _peers;
    private readonly ConnectionCloser _closer;
    private readonly SafeSocketHandle _handle;
    private readonly ConnectionQueue _queue;
    private readonly TimeProvider _time;
    private readonly TimeSpan _sendTimeout;

    // Never disposed: it has no timer to release, and a late reader or Abort may still cancel it.
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();

    // One read at a time, also where the connection is being closed meanwhile: a read looks before it takes.
    private readonly Lock _reading = new();
    private readonly IReadiness _readiness;

    // By real time, whatever clock the deadlines have: it is processor time that is spent.
    private readonly BriefWait _wait = new(LookingSeats.OfThisProcess, TimeProvider.System);

    private bool _handleClosed;
    private volatile bool _endSeen;
    private volatile bool _isDrained;
    private bool _hasLooked;
    private int _disposed;

    /// <param name="system">Whose socket it is.</param>
    /// <param name="peers">Names the sender of each read.</param>
    /// <param name="closer">Closes it in the end.</param>
    /// <param name="handle">The socket, as <see cref="ISocketSystem.Accept"/> gave it; owned from now on.</param>
    /// <param name="peer">Who made the connection; owned from now on.</param>
    /// <param name="queue">Where it came from.</param>
    /// <param name="time">The clock for deadlines.</param>
    /// <param name="sendTimeout">How long the peer may take to read what one call sends.</param>
    internal UdsConnection(
        ISocketSystem system, IPeerReader peers, ConnectionCloser closer, SafeSocketHandle handle, PeerCredentials peer, ConnectionQueue queue, TimeProvider time, TimeSpan sendTimeout)
    {
        _system = system;
        _peers = peers;
        _closer = closer;
        _handle = handle;
        _readiness = system.CreateReadiness(handle);
        _queue = queue;
        _time = time;
        _sendTimeout = sendTimeout;
        Peer = peer;
        Closed = _ended.Token;
    }

    public PeerCredentials Peer { get; }

    public CancellationToken Closed { get; }

    public async ValueTask<ReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("An empty buffer cannot tell a read from the end of the stream.", nameof(buffer));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (TryReceive(buffer.Span, out ReceiveResult result))
        {
            return result;
        }

        // Not the first time: callers learn from the way that ends whether bytes were there before they asked.
        if (_wait.Begin() && TryReceiveSoon(buffer.Span, out result))
        {
            return result;
        }

        do
        {
            await WaitUntilReadableAsync(cancellationToken);
        }
        while (!TryReceive(buffer.Span, out result));
        _wait.Arrived();
        return result;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LookAtQueueOnce();
        int sent = SendWhatFits(buffer.Span);
        if (sent < buffer.Length)
        {
            await SendRestAsync(buffer[sent..], cancellationToken);
        }
    }

    /// <returns>False when there is nothing to read yet.</returns>
    private bool TryReceive(Span<byte> buffer, out ReceiveResult result)
    {
        int count;
        int error;
        Sender sender;
        try
        {
            lock (_reading)
            {
                count = _peers.Receive(_handle, Peer, buffer, out sender);
                error = Marshal.GetLastPInvokeError();
            }
        }
        catch (ObjectDisposedException)
        {
            throw Ended();
        }

        if (count > 0)
        {
            result = new ReceiveResult(count, sender);
            return true;
        }

        result = default;
        if (count == 0)
        {
            // No bytes, so no sender either: null, and not "nobody", which would read as bytes that nobody wrote.
            _endSeen = true;
            _isDrained = true;
            _ended.Cancel();
            return true;
        }

        return error == Errno.EAGAIN ? false : throw Broken(error);
    }

    /// <returns>False when nothing came within the moment.</returns>
    private bool TryReceiveSoon(Span<byte> buffer, out ReceiveResult result)
    {
        try
        {
            while (_wait.GoesOn())
            {
                if (TryReceive(buffer, out result))
                {
                    _wait.Arrived();
                    return true;
                }
            }

            result = default;
            return false;
        }
        finally
        {
            _wait.EndLooking();
        }
    }

    /// <summary>Takes nothing, so giving up loses nothing.</summary>
    private async ValueTask WaitUntilReadableAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await _readiness.WaitUntilReadableAsync(cancellationToken) is not 0 and int error)
            {
                throw Broken(error);
            }
        }
        catch (ObjectDisposedException)
        {
            throw Ended();
        }
    }

    private int SendWhatFits(ReadOnlySpan<byte> buffer)
    {
        int sent = 0;
        while (sent < buffer.Length)
        {
            int count;
            int error;
            try
            {
                count = _system.Send(_handle, buffer[sent..]);
                error = Marshal.GetLastPInvokeError();
            }
            catch (ObjectDisposedException)
            {
                throw Ended();
            }

            if (count >= 0)
            {
                sent += count;
            }
            else if (error == Errno.EAGAIN)
            {
                break;
            }
            else if (error != Errno.EINTR)
            {
                throw Broken(error);
            }
        }

        return sent;
    }

    /// <summary>Before the peer can know that it should connect again, be it by an answer or by the end.</summary>
    private void LookAtQueueOnce()
    {
        if (!_hasLooked)
        {
            _hasLooked = true;
            _queue.Look();
        }
    }

    /// <summary>The peer's buffer is full: sends the rest as it reads, from the same memory.</summary>
    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_sendTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            while (!rest.IsEmpty)
            {
                int sent = await _readiness.SendAsync(rest, either.Token);
                rest = sent >= 0 ? rest[sent..] : throw Broken(-sent);
            }
        }
        catch (OperationCanceledException)
        {
            // Part of it may be on its way, and nobody can tell how much: nothing that followed would make sense.
            Abort();
            cancellationToken.ThrowIfCancellationRequested();
            throw new TransportException(TransportError.Timeout, $"The peer did not read our answer within {_sendTimeout.TotalSeconds} seconds.");
        }
        catch (ObjectDisposedException)
        {
            throw Ended();
        }
    }
}

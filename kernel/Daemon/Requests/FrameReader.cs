using System.Security.Cryptography;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Requests;

/// <summary>
/// Cuts a connection's bytes into lines: CR before LF is dropped, a last line without LF counts, a line has a greatest
/// length and, once begun, a deadline. Every read carries the kernel's word on who sent it, and one byte from anybody
/// but the peer ends it. Lines lie in pinned memory that is zeroed as soon as they are done with.
/// </summary>
internal sealed class FrameReader(IPeerConnection connection, int maxLineBytes, TimeSpan lineTimeout) : IDisposable
{
    private const int InitialCapacity = 2048;
    private const int KeptCapacity = 16 * 1024;

    private byte[] _buffer = [];
    private int _lineEnd;
    private int _scanned;
    private int _filled;
    private bool _started;
    private bool _ended;

    /// <summary>
    /// Whether the very first read found bytes that were queued already, rather than waiting for them. Relies on
    /// transports completing such a read synchronously, as their contract demands.
    /// </summary>
    internal bool FirstBytesWereQueued { get; private set; }

    /// <summary>Reads the next line; the one before is zeroed.</summary>
    /// <exception cref="TransportException">The connection broke.</exception>
    internal async ValueTask<Frame> ReadAsync(CancellationToken cancellationToken)
    {
        DiscardLine();

        // Only a line that was begun has a deadline, and it counts from its first byte: an idle client may stay.
        CancellationTokenSource? deadline = null;
        try
        {
            while (true)
            {
                if (FindFrame() is { } frame)
                {
                    return frame;
                }

                if (_filled > 0 && deadline is null)
                {
                    deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    deadline.CancelAfter(lineTimeout);
                }

                ReceiveResult received = await ReceiveAsync(deadline?.Token ?? cancellationToken);
                if (received.Count > 0 && received.Sender is { } sender && sender.ProcessId != connection.Peer.ProcessId)
                {
                    return new Frame(FrameKind.ForeignSender, Sender: sender);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Frame(FrameKind.TimedOut);
        }
        finally
        {
            deadline?.Dispose();
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer);
        _buffer = [];
    }

    private Frame? FindFrame()
    {
        int feed = _buffer.AsSpan(_scanned.._filled).IndexOf((byte)'\n');
        if (feed >= 0)
        {
            return TakeLine(_scanned + feed, _scanned + feed + 1);
        }

        _scanned = _filled;
        if (_ended)
        {
            return _filled == 0 ? new Frame(FrameKind.End) : TakeLine(_filled, _filled);
        }

        // One byte more than the limit may be the CR of a line that is just not too long.
        return _filled > maxLineBytes + 1 ? new Frame(FrameKind.TooLarge) : null;
    }

    private Frame TakeLine(int contentEnd, int lineEnd)
    {
        _lineEnd = lineEnd;
        if (lineEnd > contentEnd && contentEnd > 0 && _buffer[contentEnd - 1] == '\r')
        {
            contentEnd--;
        }

        return contentEnd > maxLineBytes
            ? new Frame(FrameKind.TooLarge)
            : new Frame(FrameKind.Line, _buffer.AsMemory(0, contentEnd));
    }

    private async ValueTask<ReceiveResult> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_filled == _buffer.Length)
        {
            Replace(Math.Max(InitialCapacity, _buffer.Length * 2));
        }

        ValueTask<ReceiveResult> receive = connection.ReceiveAsync(_buffer.AsMemory(_filled), cancellationToken);
        bool wasQueued = receive.IsCompleted;
        ReceiveResult received = await receive;
        FirstBytesWereQueued |= !_started && wasQueued && received.Count > 0;
        _started = true;
        _filled += received.Count;
        _ended = received.Count == 0;
        return received;
    }

    private void DiscardLine()
    {
        if (_lineEnd == 0)
        {
            return;
        }

        int rest = _filled - _lineEnd;
        _buffer.AsSpan(_lineEnd, rest).CopyTo(_buffer);
        CryptographicOperations.ZeroMemory(_buffer.AsSpan(rest, _filled - rest));
        _filled = rest;
        _lineEnd = 0;
        _scanned = 0;
        if (rest == 0 && _buffer.Length > KeptCapacity)
        {
            Replace(InitialCapacity);
        }
    }

    private void Replace(int capacity)
    {
        byte[] other = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        _buffer.AsSpan(0, _filled).CopyTo(other);
        CryptographicOperations.ZeroMemory(_buffer);
        _buffer = other;
    }
}

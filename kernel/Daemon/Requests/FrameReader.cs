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

    // [_start, _lineEnd) is the line that was handed out, [_start or _lineEnd, _filled) what follows, scanned for a line
    // feed up to _scanned.
    private byte[] _buffer = [];
    private int _start;
    private int _lineEnd;
    private int _scanned;
    private int _filled;
    private bool _started;
    private bool _ended;
    private bool _wasFull;

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

                if (_filled > _start && deadline is null)
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

    /// <summary>Takes the next line if all of it has been received already; the one before is zeroed.</summary>
    internal bool TryTake(out Frame frame)
    {
        DiscardLine();
        bool isWhole = _buffer.AsSpan(_scanned.._filled).Contains((byte)'\n');
        frame = isWhole ? FindFrame()!.Value : default;
        return isWhole;
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
            return _filled == _start ? new Frame(FrameKind.End) : TakeLine(_filled, _filled);
        }

        // One byte more than the limit may be the CR of a line that is just not too long.
        return _filled - _start > maxLineBytes + 1 ? new Frame(FrameKind.TooLarge) : null;
    }

    private Frame TakeLine(int contentEnd, int lineEnd)
    {
        _lineEnd = lineEnd;
        if (lineEnd > contentEnd && contentEnd > _start && _buffer[contentEnd - 1] == '\r')
        {
            contentEnd--;
        }

        return contentEnd - _start > maxLineBytes
            ? new Frame(FrameKind.TooLarge)
            : new Frame(FrameKind.Line, _buffer.AsMemory(_start..contentEnd));
    }

    private async ValueTask<ReceiveResult> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_filled == _buffer.Length)
        {
            MakeRoom();
        }

        ValueTask<ReceiveResult> receive = connection.ReceiveAsync(_buffer.AsMemory(_filled), cancellationToken);
        bool wasQueued = receive.IsCompleted;
        ReceiveResult received = await receive;
        FirstBytesWereQueued |= !_started && wasQueued && received.Count > 0;
        _started = true;
        _filled += received.Count;
        _wasFull = _filled == _buffer.Length;
        _ended = received.Count == 0;
        return received;
    }

    // Moves nothing: many short lines that arrived together must not cost a copy of the rest each.
    private void DiscardLine()
    {
        if (_lineEnd == 0)
        {
            return;
        }

        CryptographicOperations.ZeroMemory(_buffer.AsSpan(_start.._lineEnd));
        _start = _lineEnd;
        _scanned = _lineEnd;
        _lineEnd = 0;
        if (_start == _filled)
        {
            _start = _scanned = _filled = 0;
            if (_buffer.Length > KeptCapacity)
            {
                _buffer = GC.AllocateUninitializedArray<byte>(InitialCapacity, pinned: true);
            }
            else if (_wasFull && _buffer.Length < KeptCapacity)
            {
                // A client that sends many short lines at once: the next read takes more of them. All is zeroed by now.
                _buffer = GC.AllocateUninitializedArray<byte>(KeptCapacity, pinned: true);
                _wasFull = false;
            }
        }
    }

    // By moving what is left to the front where something was handed out before it, else by a larger buffer.
    private void MakeRoom()
    {
        byte[] target = _start > 0
            ? _buffer
            : GC.AllocateUninitializedArray<byte>(Math.Max(InitialCapacity, _buffer.Length * 2), pinned: true);
        int length = _filled - _start;
        _buffer.AsSpan(_start, length).CopyTo(target);
        CryptographicOperations.ZeroMemory(target == _buffer ? _buffer.AsSpan(length) : _buffer);
        _buffer = target;
        _scanned -= _start;
        _start = 0;
        _filled = length;
    }
}

using System.Security.Cryptography;
using System.Threading.Channels;

namespace KeychainAuth.Plugin.Testing;

/// <summary>One direction of an in-process connection: writes in order, each with its sender.</summary>
internal sealed class FakePipe : IDisposable
{
    private readonly Channel<Segment> _segments = Channel.CreateUnbounded<Segment>();
    private readonly SemaphoreSlim _reader = new(1, 1);
    private Segment? _current;

    private sealed class Segment(byte[] bytes, Sender? sender)
    {
        internal byte[] Bytes { get; } = bytes;

        internal Sender? Sender { get; } = sender;

        internal int Consumed { get; set; }
    }

    /// <returns>False when the pipe was completed.</returns>
    internal bool TryWrite(ReadOnlySpan<byte> bytes, Sender? sender) =>
        bytes.IsEmpty || _segments.Writer.TryWrite(new Segment(bytes.ToArray(), sender));

    /// <summary>After this a reader finds what was written before, then the end.</summary>
    internal void Complete() => _segments.Writer.TryComplete();

    /// <summary>Bytes of one write only: like the kernel, it never mixes senders.</summary>
    internal async ValueTask<ReceiveResult> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await _reader.WaitAsync(cancellationToken);
        try
        {
            while (_current is null)
            {
                if (!await _segments.Reader.WaitToReadAsync(cancellationToken))
                {
                    return new ReceiveResult(0, null);
                }

                _segments.Reader.TryRead(out _current);
            }

            Segment segment = _current;
            Memory<byte> source = segment.Bytes.AsMemory(segment.Consumed, Math.Min(buffer.Length, segment.Bytes.Length - segment.Consumed));
            source.CopyTo(buffer);
            CryptographicOperations.ZeroMemory(source.Span);
            segment.Consumed += source.Length;
            if (segment.Consumed == segment.Bytes.Length)
            {
                _current = null;
            }

            return new ReceiveResult(source.Length, segment.Sender);
        }
        finally
        {
            _reader.Release();
        }
    }

    public void Dispose() => _reader.Dispose();
}

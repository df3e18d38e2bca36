using KeychainAuth.Plugin;

namespace KeychainAuth.Benchmarks.Parts;

/// <summary>A peer that sends the same bytes a number of times and counts the lines that come back. Allocates nothing on the way.</summary>
internal sealed class RepeatingConnection(byte[] bytes, int times) : IPeerConnection
{
    private int _left = times * bytes.Length;
    private int _at;

    public PeerCredentials Peer { get; } = new() { ProcessId = 4711, UserId = 0 };

    public CancellationToken Closed => CancellationToken.None;

    internal int Answers { get; private set; }

    internal byte[] Last { get; private set; } = [];

    public ValueTask<ReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count = Math.Min(Math.Min(buffer.Length, _left), bytes.Length - _at);
        bytes.AsMemory(_at, count).CopyTo(buffer);
        _left -= count;
        _at = (_at + count) % bytes.Length;
        return ValueTask.FromResult(count == 0 ? default : new ReceiveResult(count, new Sender(4711, 0)));
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        Answers += buffer.Span.Count((byte)'\n');
        if (Last.Length == 0)
        {
            Last = buffer.ToArray();
        }

        return ValueTask.CompletedTask;
    }

    public void Abort()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

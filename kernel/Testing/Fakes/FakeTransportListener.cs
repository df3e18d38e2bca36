using System.Threading.Channels;

namespace KeychainAuth.Plugin.Testing;

/// <summary>A listener of <see cref="FakeTransport"/>.</summary>
internal sealed class FakeTransportListener(string address) : ITransportListener
{
    private readonly Channel<FakePeerConnection> _queue = Channel.CreateUnbounded<FakePeerConnection>();
    private volatile bool _closed;

    public string Address { get; } = address;

    internal bool IsClosed => _closed;

    internal bool TryEnqueue(FakePeerConnection connection) => _queue.Writer.TryWrite(connection);

    public async ValueTask<IPeerConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _queue.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_queue.Reader.TryRead(out FakePeerConnection? connection))
            {
                return connection;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        _queue.Writer.TryComplete();
        while (_queue.Reader.TryRead(out FakePeerConnection? waiting))
        {
            await waiting.DisposeAsync();
        }
    }
}

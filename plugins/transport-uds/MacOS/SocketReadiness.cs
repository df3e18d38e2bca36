using System.Net.Sockets;

namespace KeychainAuth.Plugins.TransportUds.MacOS;

/// <summary>Waiting as the runtime's <see cref="Socket"/> does, which is made only once there is something to wait for.</summary>
internal sealed class SocketReadiness(SafeSocketHandle handle) : IReadiness
{
    private readonly Lock _gate = new();
    private Socket? _socket;
    private bool _disposed;

    // By a read of no bytes, for which the runtime only looks at the queue: nothing is taken, so giving up loses nothing.
    public async ValueTask<int> WaitUntilReadableAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Socket().ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
        }
        catch (SocketException failure)
        {
            return Number(failure);
        }
    }

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await Socket().SendAsync(bytes, SocketFlags.None, cancellationToken);
        }
        catch (SocketException failure)
        {
            return -Number(failure);
        }
    }

    // Ends the waits; the handle, which it shares, is closed with it.
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _socket?.Dispose();
    }

    private Socket Socket()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _socket ??= new Socket(handle);
        }
    }

    private int Number(SocketException failure) =>
        failure.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted
            ? throw new ObjectDisposedException(nameof(SocketReadiness), failure)
            : failure.NativeErrorCode;
}

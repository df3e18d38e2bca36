using System.Runtime.InteropServices;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds.Linux;

/// <summary>Waiting for one socket by <see cref="EpollLoop"/>, without allocating anything for a wait.</summary>
internal sealed class EpollReadiness : IReadiness
{
    private const uint Broken = Libc.EPOLLERR | Libc.EPOLLHUP;

    private readonly ISocketSystem _system;
    private readonly SafeHandle _socket;
    private readonly Lock _gate = new();
    private readonly EpollWait _readable;
    private readonly EpollWait _writable;
    private EpollLoop? _loop;
    private ulong _key;
    private bool _disposed;

    internal EpollReadiness(ISocketSystem system, SafeHandle socket)
    {
        _system = system;
        _socket = socket;
        _readable = new EpollWait(_gate);
        _writable = new EpollWait(_gate);
    }

    public ValueTask<int> WaitUntilReadableAsync(CancellationToken cancellationToken) => WaitAsync(_readable, cancellationToken);

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await WaitAsync(_writable, cancellationToken) is not 0 and int failure)
            {
                return -failure;
            }

            int count = _system.Send(_socket, bytes.Span);
            if (count >= 0)
            {
                return count;
            }

            if (Marshal.GetLastPInvokeError() is var error && error != Errno.EAGAIN && error != Errno.EINTR)
            {
                return -error;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _loop?.Remove(_key, _socket);
            var ended = new ObjectDisposedException(nameof(EpollReadiness));
            _readable.Fail(ended);
            _writable.Fail(ended);
        }
    }

    /// <summary>Called by the loop. What it concerns goes on, on the pool; the other direction is watched further.</summary>
    internal void Happened(uint events)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            if ((events & (Libc.EPOLLIN | Broken)) != 0)
            {
                _readable.Succeed(0);
            }

            if ((events & (Libc.EPOLLOUT | Broken)) != 0)
            {
                _writable.Succeed(0);
            }

            if (Watch() is not 0 and int error)
            {
                _readable.Succeed(error);
                _writable.Succeed(error);
            }
        }
    }

    private ValueTask<int> WaitAsync(EpollWait wait, CancellationToken cancellationToken)
    {
        ValueTask<int> task = wait.Begin(cancellationToken);
        lock (_gate)
        {
            if (_disposed)
            {
                wait.Fail(new ObjectDisposedException(nameof(EpollReadiness)));
            }
            else if (Watch() is not 0 and int error)
            {
                wait.Succeed(error);
            }
        }

        return task;
    }

    /// <returns>0, or an error number.</returns>
    private int Watch()
    {
        uint events = (_readable.IsPending ? Libc.EPOLLIN : 0) | (_writable.IsPending ? Libc.EPOLLOUT : 0);
        if (events == 0)
        {
            return 0;
        }

        bool isNew = _loop is null;
        if (isNew)
        {
            _loop = EpollLoop.Shared();
            _key = _loop?.Add(this) ?? 0;
        }

        return _loop?.Watch(_key, _socket, events, isNew) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}

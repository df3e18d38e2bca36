using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinNT;

namespace KeychainAuth.Plugins.TransportPipe;

/// <summary>
/// One client. Closing the server's end leaves what it wrote to be read (unlike DisconnectNamedPipe, which throws it
/// away), so a line sent last arrives without waiting for a peer that does not read, as FlushFileBuffers would. The
/// connection ends with the process that opened it, even if another one has its handle.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class PipeConnection : IPeerConnection
{
    private readonly NamedPipeServerStream _pipe;
    private readonly PipeReader _reader = new();
    private readonly TimeSpan _sendTimeout;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly RegisteredWaitHandle _exit;
    private readonly WaitHandle _process;
    private bool _atEnd;
    private int _ended;
    private int _disposed;

    /// <param name="pipe">A connected instance; owned from now on.</param>
    /// <param name="peer">Who it is, with a handle of the process; owned from now on.</param>
    /// <param name="sendTimeout">How long one send may take.</param>
    /// <param name="time">The clock of that limit.</param>
    internal PipeConnection(NamedPipeServerStream pipe, PeerCredentials peer, TimeSpan sendTimeout, TimeProvider time)
    {
        _pipe = pipe;
        Peer = peer;
        _sendTimeout = sendTimeout;
        _time = time;
        Closed = _closed.Token;
        _process = new ProcessWait(peer.ProcessId);
        _exit = ThreadPool.RegisterWaitForSingleObject(
            _process, static (state, _) => ((PipeConnection)state!).Abort(), this, Timeout.InfiniteTimeSpan, executeOnlyOnce: true);
    }

    public PeerCredentials Peer { get; }

    public CancellationToken Closed { get; }

    public ValueTask<ReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_ended != 0)
        {
            return ValueTask.FromException<ReceiveResult>(Broken());
        }

        if (_atEnd)
        {
            return ValueTask.FromResult(default(ReceiveResult));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReceiveResult>(cancellationToken);
        }

        try
        {
            int count = _reader.TryRead(_pipe.SafePipeHandle, buffer.Span);
            return count > 0 ? ValueTask.FromResult(new ReceiveResult(count, Sender: null)) : WaitAndReadAsync(buffer, cancellationToken);
        }
        catch (ObjectDisposedException)
        {
            return ValueTask.FromException<ReceiveResult>(Broken());
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var limit = new CancellationTokenSource(_sendTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token, _abort.Token);
        try
        {
            if (_ended != 0)
            {
                throw Broken();
            }

            await _pipe.WriteAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool tooSlow = _ended == 0;
            Abort();
            throw tooSlow
                ? new TransportException(TransportError.Timeout, $"The peer did not read its answer within {_sendTimeout.TotalSeconds:0} seconds.")
                : Broken();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            await EndAsync().ConfigureAwait(false);
            throw Broken(e);
        }
    }

    public void Abort()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _abort.Cancel();
            _closed.Cancel();
            _pipe.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _exit.Unregister(waitObject: null);
        await EndAsync().ConfigureAwait(false);
        await _pipe.DisposeAsync().ConfigureAwait(false);
        _process.Dispose();
        _reader.Dispose();
        Peer.Dispose();
    }

    private async ValueTask<ReceiveResult> WaitAndReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _abort.Token);
        try
        {
            int count = await _pipe.ReadAsync(buffer, either.Token).ConfigureAwait(false);
            if (count == 0)
            {
                // Closing our own end looks the same.
                if (_ended != 0)
                {
                    throw Broken();
                }

                _atEnd = true;
                await _closed.CancelAsync().ConfigureAwait(false);
            }

            return new ReceiveResult(count, Sender: null);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Broken();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            await EndAsync().ConfigureAwait(false);
            throw Broken(e);
        }
    }

    private async Task EndAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            await _closed.CancelAsync().ConfigureAwait(false);
        }
    }

    private static TransportException Broken(Exception? cause = null) => new(
        TransportError.ConnectionClosed,
        "The connection has ended.",
        cause is IOException { HResult: var result } ? result & 0xFFFF : null);

    /// <summary>
    /// A process as something to wait for, by a handle of its own: the pool may wait on it a moment longer than the
    /// connection lives. The peer's handle keeps the number from being used again meanwhile.
    /// </summary>
    private sealed class ProcessWait : WaitHandle
    {
        internal ProcessWait(int processId)
        {
            using SafeProcessHandle process = OpenProcess(SYNCHRONIZE, bInheritHandle: false, (uint)processId);
            if (process.IsInvalid)
            {
                throw new TransportException(
                    TransportError.Failed, $"Process {processId} cannot be watched: {DescribeLastError()}.", Marshal.GetLastPInvokeError());
            }

            SafeWaitHandle = new SafeWaitHandle(process.DangerousGetHandle(), ownsHandle: true);
            process.SetHandleAsInvalid();
        }
    }
}

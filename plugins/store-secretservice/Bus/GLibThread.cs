using System.Collections.Concurrent;
using static Interop.GLib;

namespace KeychainAuth.Plugins.StoreSecretService.Bus;

/// <summary>
/// A thread that runs a GLib main context of its own, and is the synchronisation context of what runs on it: everything
/// that speaks to the bus runs here, one step at a time, and a silent bus blocks nobody's thread. What is posted after it
/// was stopped is dropped.
/// </summary>
internal sealed class GLibThread : SynchronizationContext
{
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _queue = new();
    private readonly SafeMainContextHandle _context = MainContextNew();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private bool _stopping;
    private bool _gone;

    internal GLibThread() => new Thread(Run) { IsBackground = true, Name = "store-secretservice" }.Start();

    public override void Post(SendOrPostCallback d, object? state)
    {
        _queue.Enqueue((d, state));
        lock (_gate)
        {
            if (!_gone)
            {
                MainContextWakeup(_context);
            }
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing waits for this thread.");

    /// <summary>Runs asynchronous work on the thread. The returned task's continuations run elsewhere.</summary>
    internal Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            async _ =>
            {
                try
                {
                    done.SetResult(await work());
                }
                catch (OperationCanceledException e)
                {
                    done.SetCanceled(e.CancellationToken);
                }
                catch (Exception e)
                {
                    done.SetException(e);
                }
            },
            null);
        return done.Task;
    }

    /// <summary>Ends the thread once what was posted has run.</summary>
    internal Task StopAsync()
    {
        Post(_ => _stopping = true, null);
        return _ended.Task;
    }

    private void Run()
    {
        SetSynchronizationContext(this);
        MainContextPushThreadDefault(_context);
        while (true)
        {
            while (_queue.TryDequeue(out (SendOrPostCallback Callback, object? State) item))
            {
                item.Callback(item.State);
            }

            if (_stopping)
            {
                break;
            }

            _ = MainContextIteration(_context, mayBlock: 1);
        }

        // What GLib has still to free in this context (subscriptions, for example).
        while (MainContextIteration(_context, mayBlock: 0) != 0)
        {
        }

        MainContextPopThreadDefault(_context);
        lock (_gate)
        {
            _gone = true;
            _context.Dispose();
        }

        _ended.SetResult();
    }
}

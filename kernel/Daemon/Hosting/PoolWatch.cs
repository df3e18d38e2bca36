using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// Keeps the thread pool going while peers keep its threads waiting inside the kernel, as a process in the middle of an
/// exec can. The runtime takes such a thread for one that works, and makes two more a second. This looks, from a thread
/// of its own, whether work waits and hardly any gets done, and then lets the pool make more at once.
/// Not guaranteed: anything once <see cref="PoolStall.Most"/> threads are kept.
/// </summary>
internal sealed partial class PoolWatch : IDisposable
{
    // Not as a setting of the runtime (ThreadPoolMinThreads): what is set there can never be raised.
    private const int Usual = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IntervalWhenSomethingWaits = TimeSpan.FromMilliseconds(25);

    private readonly ILogger _logger;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    internal PoolWatch(ILogger logger)
    {
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = "pool watch" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        ThreadPool.GetMinThreads(out _, out int ports);
        Set(Usual, ports);
        var stall = new PoolStall(Usual);
        while (!_stop.Wait(stall.SomethingWaits ? IntervalWhenSomethingWaits : Interval))
        {
            int before = stall.Minimum;
            int threads = ThreadPool.ThreadCount;
            if (stall.Look(ThreadPool.PendingWorkItemCount, ThreadPool.CompletedWorkItemCount, threads))
            {
                Set(stall.Minimum, ports);
                if (stall.Minimum > before)
                {
                    LogKept(_logger, threads, stall.Minimum);
                }
            }
        }
    }

    private void Set(int minimum, int ports)
    {
        try
        {
            ThreadPool.SetMinThreads(minimum, ports);
        }
        catch (OutOfMemoryException)
        {
            // Raising the minimum makes a thread at once.
            LogNoMore(_logger);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Threads} threads are kept waiting, by processes of which the system tells nothing, or by plugins; up to {Minimum} are made now")]
    private static partial void LogKept(ILogger logger, int threads, int minimum);

    [LoggerMessage(LogLevel.Error, "The system makes no more threads for the daemon: raise what limits them (ulimit -u, TasksMax= of systemd)")]
    private static partial void LogNoMore(ILogger logger);
}

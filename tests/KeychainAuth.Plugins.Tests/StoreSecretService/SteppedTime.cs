using System.Runtime.Versioning;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>A monotonic clock that a test moves on: timers pass then, and never by themselves, however slow the machine is.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SteppedTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<SteppedTimer> _set = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _ahead;

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Advance(TimeSpan by)
    {
        SteppedTimer[] due;
        lock (_gate)
        {
            _ahead += by;
            due = [.. _set.Where(timer => timer.Due <= _ahead).OrderBy(timer => timer.Due)];
            _set.ExceptWith(due);
        }

        foreach (SteppedTimer timer in due)
        {
            timer.Pass();
        }
    }

    /// <summary>Moves on, again with each timer that is set, until something has ended.</summary>
    internal async Task AdvanceUntilEndAsync(Task task, TimeSpan step)
    {
        while (!task.IsCompleted)
        {
            Task more;
            lock (_gate)
            {
                more = _more.Task;
            }

            Advance(step);
            await Task.WhenAny(task, more).WaitAsync(SecretServiceStores.Patience, SecretServiceStores.Cancellation);
        }
    }

    private void Set(SteppedTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            _set.Remove(timer);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timer.Due = _ahead + dueTime;
                _set.Add(timer);
                _more.TrySetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private sealed class SteppedTimer(SteppedTime time, Action pass) : ITimer
    {
        internal TimeSpan Due { get; set; }

        internal void Pass() => pass();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Set(this, dueTime);
            return true;
        }

        public void Dispose() => time.Set(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

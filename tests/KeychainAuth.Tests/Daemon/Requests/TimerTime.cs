namespace KeychainAuth.Tests.Daemon.Requests;

/// <summary>A clock whose timers fire when a test says so.</summary>
internal sealed class TimerTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(callback, state);
        _timers.Add(timer);
        return timer;
    }

    internal void Fire() => _timers.ForEach(timer => timer.Fire());

    private sealed class ManualTimer(TimerCallback callback, object? state) : ITimer
    {
        private int _over;

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => Volatile.Write(ref _over, 1);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire()
        {
            if (Interlocked.Exchange(ref _over, 1) == 0)
            {
                callback(state);
            }
        }
    }
}

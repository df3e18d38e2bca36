namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// Connections being served: started on the pool, counted until they end. Only as many are begun at a time as there are
/// processors; one is begun until it first waits, which is to say, verified. All others stay with the transport, which
/// lets the processes that made them take turns; in the queue of the pool a storm would stand before everybody else.
/// One that takes long to begin counts no more after a while: a peer may be able to keep the kernel's answers back.
/// </summary>
/// <param name="longestBeginning">After how long that is; null means the usual 25 ms.</param>
internal sealed class ConnectionTasks(TimeSpan? longestBeginning = null) : IDisposable
{
    private readonly TimeSpan _longestBeginning = longestBeginning ?? TimeSpan.FromMilliseconds(25);
    private readonly SemaphoreSlim _room = new(System.Environment.ProcessorCount);
    private readonly Lock _gate = new();
    private readonly HashSet<Beginning> _beginning = [];
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One for ourselves, given up when no more will come.
    private int _running = 1;
    private int _most;

    /// <summary>How many were being served at once, at most, since this was asked last.</summary>
    internal int TakeMost()
    {
        lock (_gate)
        {
            int most = _most;
            _most = Volatile.Read(ref _running) - 1;
            return most;
        }
    }

    /// <summary>Waits until a connection can be begun. Each time is followed by one <see cref="Run"/>.</summary>
    internal async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (!await _room.WaitAsync(_longestBeginning, cancellationToken))
        {
            WriteOffSlowOnes();
        }
    }

    /// <param name="serve">Serves one connection; never throws.</param>
    internal void Run(Func<Task> serve)
    {
        int running = Interlocked.Increment(ref _running) - 1;
        var beginning = new Beginning(System.Environment.TickCount64);
        lock (_gate)
        {
            _beginning.Add(beginning);
            _most = Math.Max(_most, running);
        }

        _ = Task.Run(async () =>
        {
            try
            {
                Task served = serve();
                HasBegun(beginning);
                await served;
            }
            finally
            {
                End();
            }
        });
    }

    /// <summary>Completes when all that were started have ended. Nothing may be started afterwards.</summary>
    internal Task WhenAllEnded()
    {
        End();
        return _allEnded.Task;
    }

    public void Dispose() => _room.Dispose();

    private void HasBegun(Beginning beginning)
    {
        lock (_gate)
        {
            if (_beginning.Remove(beginning))
            {
                _room.Release();
            }
        }
    }

    private void WriteOffSlowOnes()
    {
        lock (_gate)
        {
            long latest = System.Environment.TickCount64 - (long)_longestBeginning.TotalMilliseconds;
            int slow = _beginning.RemoveWhere(b => b.Since <= latest);
            if (slow > 0)
            {
                _room.Release(slow);
            }
        }
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _allEnded.SetResult();
        }
    }

    // Compared by reference: two may begin in the same millisecond.
    private sealed class Beginning(long since)
    {
        internal long Since { get; } = since;
    }
}

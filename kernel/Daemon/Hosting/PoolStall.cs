namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// Tells from the thread pool's numbers whether its threads are kept, and how many it should have. Not thread-safe.
/// </summary>
/// <param name="usual">How many threads the pool makes without hesitating when nothing is wrong.</param>
internal sealed class PoolStall(int usual)
{
    /// <summary>The pool is not made larger than this: threads cost memory, too.</summary>
    internal const int Most = 1024;

    private const int Step = 64;

    // Work has waited at so many looks in a row, and not even every second thread has got anything done meanwhile. Nothing
    // done at all is not asked for: who keeps the threads may let one go now and then.
    private const int LooksOfAStall = 10;
    private const int LooksOfCalm = 60;

    private long _completedBefore;
    private int _waiting;
    private int _calm;
    private int _raised;

    /// <summary>How many threads the pool should make without hesitating.</summary>
    internal int Minimum => Math.Max(usual, _raised);

    /// <summary>Whether something waited at the last look, so that the next one should be soon.</summary>
    internal bool SomethingWaits => _waiting > 0;

    /// <summary>Takes the pool's numbers of this moment.</summary>
    /// <param name="pending">How many work items wait.</param>
    /// <param name="completed">How many have been completed since the process began.</param>
    /// <param name="threads">How many threads there are.</param>
    /// <returns>Whether <see cref="Minimum"/> has changed.</returns>
    internal bool Look(long pending, long completed, int threads)
    {
        int before = Minimum;
        if (pending == 0)
        {
            _waiting = 0;
            if (++_calm >= LooksOfCalm)
            {
                LowerTo(threads);
            }
        }
        else
        {
            _calm = 0;
            if (_waiting++ == 0)
            {
                _completedBefore = completed;
            }
            else if (_waiting > LooksOfAStall)
            {
                RaiseIfKept(completed - _completedBefore, threads);
                _completedBefore = completed;
                _waiting = 1;
            }
        }

        return Minimum != before;
    }

    // Fewer threads than may be made: then it is the processor that they lack.
    private void RaiseIfKept(long completed, int threads)
    {
        if (threads >= Minimum && completed < threads / 2)
        {
            _raised = Math.Min(threads + Step, Most);
        }
    }

    // Threads that are idle end by themselves; for those that are kept there must be others.
    private void LowerTo(int threads) => _raised = threads > usual ? Math.Min(_raised, threads + Step) : 0;
}

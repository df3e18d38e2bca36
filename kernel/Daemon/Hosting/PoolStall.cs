namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// Tells from the thread pool's numbers whether all its threads are kept, and how many it should have. Not thread-safe.
/// </summary>
/// <param name="usual">How many threads the pool makes without hesitating when nothing is wrong.</param>
internal sealed class PoolStall(int usual)
{
    /// <summary>The pool is not made larger than this: threads cost memory, too.</summary>
    internal const int Most = 1024;

    private const int Step = 64;

    // Shorter, and a machine that has no processor left for us looks the same.
    private const int LooksWithoutProgress = 4;
    private const int LooksOfCalm = 60;

    private long _completed = -1;
    private int _withoutProgress;
    private int _calm;
    private int _raised;

    /// <summary>How many threads the pool should make without hesitating.</summary>
    internal int Minimum => Math.Max(usual, _raised);

    /// <summary>Whether something waited at the last look, so that the next one should be soon.</summary>
    internal bool SomethingWaits { get; private set; }

    /// <summary>Takes the pool's numbers of this moment.</summary>
    /// <param name="pending">How many work items wait.</param>
    /// <param name="completed">How many have been completed since the process began.</param>
    /// <param name="threads">How many threads there are.</param>
    /// <returns>Whether <see cref="Minimum"/> has changed.</returns>
    internal bool Look(long pending, long completed, int threads)
    {
        SomethingWaits = pending > 0;
        _withoutProgress = SomethingWaits && completed == _completed ? _withoutProgress + 1 : 0;
        _calm = SomethingWaits ? 0 : _calm + 1;
        _completed = completed;
        if (_withoutProgress >= LooksWithoutProgress)
        {
            _withoutProgress = 0;
            return Raise(Math.Clamp(threads + Step, Minimum, Most));
        }

        return _calm >= LooksOfCalm && Raise(0);
    }

    private bool Raise(int minimum)
    {
        int before = Minimum;
        _raised = minimum;
        return Minimum != before;
    }
}

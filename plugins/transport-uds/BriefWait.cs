namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// Waiting by looking again and again for a moment, before a thread is put to sleep: to be woken takes longer than most
/// clients need for their next request. Each place that waits has one of these. It looks only while what it waited for last
/// came that fast, so what is idle or slow costs no processor time. Not thread-safe.
/// </summary>
internal sealed class BriefWait(LookingSeats seats, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMicroseconds(50);

    private long _since;
    private bool _isWorthIt;

    /// <summary>Begins to wait.</summary>
    /// <returns>Whether to look again and again; then each look is preceded by <see cref="GoesOn"/>, and <see cref="EndLooking"/> follows the last.</returns>
    internal bool Begin()
    {
        _since = time.GetTimestamp();
        return _isWorthIt && seats.TryTake();
    }

    /// <summary>Lets a moment pass, and says whether there is time for one more look.</summary>
    internal bool GoesOn()
    {
        // Not Thread.Yield: with the idle threads of the pool, which do that too, it would change places all the time.
        Thread.SpinWait(20);
        return time.GetElapsedTime(_since) < Longest;
    }

    /// <summary>Ends the looking that <see cref="Begin"/> allowed.</summary>
    internal void EndLooking() => seats.Leave();

    /// <summary>What was waited for is there: how long it took decides about the next time.</summary>
    internal void Arrived() => _isWorthIt = time.GetElapsedTime(_since) < Longest;
}

namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// Gives memory back to the system after a storm of connections. The collector keeps what a storm needed until the next
/// collection, and an idle daemon allocates too little to have one.
/// </summary>
internal sealed class StormMemory
{
    private const int Storm = 256;
    private const int Calm = 8;

    // The last connections end some time before what they used: records are still written, dead processes still pinned.
    private const int TicksOfCalm = 3;

    private int _most;
    private int _calm;

    /// <summary>Called once a second. Collects, pausing for some milliseconds, when a storm passed some seconds ago.</summary>
    /// <param name="connections">How many connections were open at once since the last time: a storm may last less than a second.</param>
    /// <returns>Whether it collected.</returns>
    internal bool Tick(int connections)
    {
        _most = Math.Max(_most, connections);
        _calm = connections <= _most / Calm ? _calm + 1 : 0;
        if (_most < Storm || _calm < TicksOfCalm)
        {
            return false;
        }

        _most = connections;
        _calm = 0;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }
}

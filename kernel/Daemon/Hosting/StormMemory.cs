namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// Gives memory back to the system after a storm of connections. The collector keeps what a storm needed until the next
/// collection, and an idle daemon allocates too little to have one.
/// </summary>
internal sealed class StormMemory
{
    private const int Storm = 256;
    private const int Calm = 8;

    private int _most;

    /// <summary>Called once a second. Collects, pausing for some milliseconds, when a storm has passed.</summary>
    /// <param name="connections">How many connections are open now.</param>
    /// <returns>Whether it collected.</returns>
    internal bool Tick(int connections)
    {
        _most = Math.Max(_most, connections);
        if (_most < Storm || connections > _most / Calm)
        {
            return false;
        }

        _most = connections;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }
}

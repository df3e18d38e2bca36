namespace KeychainAuth.Plugins.TransportUds;

/// <summary>How many threads may look again and again at a time.</summary>
internal sealed class LookingSeats(int most)
{
    private int _taken;

    /// <summary>Half of the processors: the others stay with whoever is waited for. None, where there is one only.</summary>
    internal static LookingSeats OfThisProcess { get; } = new(Environment.ProcessorCount / 2);

    internal bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= most)
        {
            return true;
        }

        Leave();
        return false;
    }

    internal void Leave() => Interlocked.Decrement(ref _taken);
}

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// The newest sequence number that this process has seen of each target, deleted ones included, so that an older sealed
/// value put back in place of a newer one is noticed. Not noticed: what was put back before the daemon started, and what
/// is put back of a target that it has not seen since.
/// </summary>
/// <param name="time">Numbers of targets that are not known start at the clock, so that they grow over restarts.</param>
internal sealed class SequenceMemory(TimeProvider time)
{
    /// <summary>Beyond this many targets, all are forgotten: memory is bounded, and what is forgotten is only unnoticed.</summary>
    internal const int MaxTargets = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Service, string Target), ulong> _newest = [];

    /// <summary>The oldest number that a value read from now on may have.</summary>
    internal ulong OldestAllowed(string service, string target)
    {
        lock (_gate)
        {
            return _newest.GetValueOrDefault((service, target));
        }
    }

    /// <summary>A number for the next write of a target, above all before it.</summary>
    internal ulong Next(string service, string target) =>
        Math.Max(OldestAllowed(service, target) + 1, (ulong)time.GetUtcNow().UtcTicks);

    /// <summary>A value with this number is, or was, what the store holds.</summary>
    internal void Saw(string service, string target, ulong sequence)
    {
        lock (_gate)
        {
            if (_newest.TryGetValue((service, target), out ulong known))
            {
                _newest[(service, target)] = Math.Max(known, sequence);
                return;
            }

            if (_newest.Count >= MaxTargets)
            {
                _newest.Clear();
            }

            _newest.Add((service, target), sequence);
        }
    }

    /// <summary>The target was deleted: nothing written before now may come back.</summary>
    internal void Deleted(string service, string target) => Saw(service, target, Next(service, target));
}

using System.Collections.Concurrent;

namespace KeychainAuth.Soak;

/// <summary>Every write that was acknowledged, and counts of what was done.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<(string Service, string Target), string> _acknowledged = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();

    internal IReadOnlyDictionary<string, long> Counts => _counts;

    internal IEnumerable<KeyValuePair<(string Service, string Target), string>> Acknowledged => _acknowledged;

    internal void Count(string what) => _counts.AddOrUpdate(what, 1, static (_, count) => count + 1);

    internal void Acknowledge(string service, string target, string value)
    {
        _acknowledged[(service, target)] = value;
        Count("acknowledged writes");
    }
}

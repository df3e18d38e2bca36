using KeychainAuth.Cli.Output;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Cli.Policy;

/// <summary>Adds permissions to an entry and takes them away; tells in words what became different.</summary>
internal static class GrantEditor
{
    /// <returns>What changed; empty when the entry had it all.</returns>
    internal static List<string> Add(BinaryEntry entry, Grants grants)
    {
        var changes = new List<string>();
        changes.AddRange(AddServices(entry.AllowedReadServices, grants.Read).Select(s => $"may read {s}"));
        changes.AddRange(AddServices(entry.AllowedWriteServices, grants.Write).Select(s => $"may write {s}"));
        if (grants.Search && !entry.CanSearch)
        {
            entry.CanSearch = true;
            changes.Add("may search");
        }

        foreach ((string service, string pattern) in grants.Targets)
        {
            entry.AllowedTargets ??= [];
            bool wasLimited = entry.AllowedTargets.TryGetValue(service, out List<string>? patterns);
            patterns ??= entry.AllowedTargets[service] = [];
            if (!patterns.Contains(pattern))
            {
                patterns.Add(pattern);
                changes.Add($"{(wasLimited ? "in" : "from now on only in")} {service}: targets {pattern}");
            }
        }

        if (grants.Until is { } until && entry.ExpiresAt != until.At)
        {
            entry.ExpiresAt = until.At;
            changes.Add(until.At is { } at ? $"until {EntryText.Format(at)}" : "without end");
        }

        return changes;
    }

    /// <summary>
    /// Takes away. Never widens: the last pattern of a service leaves an empty list, which nothing fits, and an end is
    /// only ever brought forward.
    /// </summary>
    /// <returns>What changed; empty when the entry had none of it.</returns>
    internal static List<string> Remove(BinaryEntry entry, Grants grants)
    {
        var changes = new List<string>();
        changes.AddRange(grants.Read.Where(entry.AllowedReadServices.Remove).Select(s => $"may no longer read {s}"));
        changes.AddRange(grants.Write.Where(entry.AllowedWriteServices.Remove).Select(s => $"may no longer write {s}"));
        if (grants.Search && entry.CanSearch)
        {
            entry.CanSearch = false;
            changes.Add("may no longer search");
        }

        foreach ((string service, string pattern) in grants.Targets)
        {
            if (entry.AllowedTargets?.GetValueOrDefault(service) is { } patterns && patterns.Remove(pattern))
            {
                changes.Add($"in {service}: no longer targets {pattern}");
            }
        }

        if (grants.Until is { At: { } end } && (entry.ExpiresAt is null || entry.ExpiresAt > end))
        {
            entry.ExpiresAt = end;
            changes.Add($"until {EntryText.Format(end)}");
        }

        return changes;
    }

    private static List<string> AddServices(List<string> services, IEnumerable<string> added)
    {
        List<string> missing = [.. added.Where(service => !services.Contains(service))];
        services.AddRange(missing);
        return missing;
    }
}

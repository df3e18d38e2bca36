using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Daemon.Policies;

/// <summary>config.json as it was at one moment, ready to be asked.</summary>
internal sealed class PolicySnapshot
{
    private readonly Dictionary<BinaryIdentity, BinaryEntry> _entries = [];
    private readonly HashSet<BinaryIdentity> _denied = [];

    internal PolicySnapshot(ConfigDocument config)
    {
        foreach (BinaryEntry entry in config.RegisteredBinaries)
        {
            _entries[entry.Identity] = entry;
        }

        foreach (DeniedEntry denied in config.Denied ?? [])
        {
            _denied.Add(denied.Identity);
        }

        RefusesUnattributed = config.Unattributed == "refuse";
    }

    internal int RegisteredCount => _entries.Count;

    /// <summary>Whether version 1 bytes that were queued before the pin are refused.</summary>
    internal bool RefusesUnattributed { get; }

    /// <summary>The entry of a program: hash and path must both agree.</summary>
    internal BinaryEntry? Find(BinaryIdentity identity) => _entries.GetValueOrDefault(identity);

    /// <summary>Whether a person does not want to be asked about this program again.</summary>
    internal bool IsDenied(BinaryIdentity identity) => _denied.Contains(identity);
}

using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Daemon.Policies;

/// <summary>config.json as it was at one moment, ready to be asked.</summary>
internal sealed class PolicySnapshot
{
    private readonly Dictionary<BinaryIdentity, BinaryEntry> _entries = [];
    private readonly ILookup<string, BinaryEntry> _signed;
    private readonly HashSet<BinaryIdentity> _denied = [];
    private readonly PolicySnapshot? _shared;
    private PolicySnapshot? _merged;

    private PolicySnapshot(PolicySnapshot own, PolicySnapshot shared)
    {
        _entries = own._entries;
        _signed = own._signed;
        _denied = own._denied;
        _shared = shared;
        RefusesUnattributed = own.RefusesUnattributed || shared.RefusesUnattributed;
        IsOpenToOthers = own.IsOpenToOthers || shared.IsOpenToOthers;
    }

    internal PolicySnapshot(ConfigDocument config)
    {
        foreach (BinaryEntry entry in config.RegisteredBinaries)
        {
            _entries[entry.Identity] = entry;
        }

        _signed = config.RegisteredBinaries.Where(entry => entry is { Signer: not null, Script: null }).ToLookup(entry => entry.Path, StringComparer.Ordinal);
        foreach (DeniedEntry denied in config.Denied ?? [])
        {
            _denied.Add(denied.Identity);
        }

        RefusesUnattributed = config.Unattributed == "refuse";
        IsOpenToOthers = config.RegisteredBinaries.Exists(entry => entry.Launch == "optional");
    }

    internal int RegisteredCount => _entries.Count;

    /// <summary>Whether a program is registered that need not be launched, so that its user's other programs can get into it.</summary>
    internal bool IsOpenToOthers { get; }

    /// <summary>Whether version 1 bytes that were queued before the pin are refused.</summary>
    internal bool RefusesUnattributed { get; }

    /// <summary>The entry of a program: hash and path must both agree. What root has denied to all has none.</summary>
    internal BinaryEntry? Find(BinaryIdentity identity) => _shared?.IsDenied(identity) == true
        ? null
        : _entries.GetValueOrDefault(identity) ?? (_denied.Contains(identity) ? null : _shared?.Find(identity));

    /// <summary>Whether an entry that was found here is this user's own rather than everybody's.</summary>
    internal bool IsOwn(BinaryEntry entry) => !ReferenceEquals(_shared?._entries.GetValueOrDefault(entry.Identity), entry);

    /// <summary>
    /// The entries of a path whose programs may be updated by their signer: another hash there is the same program where
    /// the platform vouches for the signer that the entry names.
    /// </summary>
    internal IEnumerable<BinaryEntry> FindSigned(string path) => _shared is null ? _signed[path] : _signed[path].Concat(_shared.FindSigned(path));

    /// <summary>Whether a person does not want to be asked about this program again.</summary>
    internal bool IsDenied(BinaryIdentity identity) => _denied.Contains(identity) || _shared?.IsDenied(identity) == true;

    /// <summary>
    /// This user's policy, and beneath it what holds for everybody: an entry of the user's own comes first, and what
    /// either denies is denied.
    /// </summary>
    internal PolicySnapshot Over(PolicySnapshot shared)
    {
        PolicySnapshot? merged = Volatile.Read(ref _merged);
        if (merged?._shared != shared)
        {
            merged = new PolicySnapshot(this, shared);
            Volatile.Write(ref _merged, merged);
        }

        return merged;
    }
}

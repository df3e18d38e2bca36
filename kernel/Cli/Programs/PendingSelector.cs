using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Cli.Programs;

/// <summary>Names one of the programs that wait, by hash and, where that is not enough, by path.</summary>
internal sealed class PendingSelector
{
    private readonly HashSelector _hash;
    private readonly PathSelector? _path;

    /// <exception cref="CliException">The hash is none.</exception>
    internal PendingSelector(string hash, string? path)
    {
        _hash = HashSelector.Parse(hash);
        _path = path is null ? null : new PathSelector(path);
    }

    /// <summary>The program, when hash and path name it without a look at who waits.</summary>
    internal BinaryIdentity? Explicit => _hash.IsWhole && _path is not null ? new BinaryIdentity(_hash.ToString(), _path.ToString()) : null;

    /// <exception cref="CliException">Several wait that fit.</exception>
    internal PendingEntry? Find(IReadOnlyList<PendingEntry> waiting)
    {
        List<PendingEntry> found = [.. waiting.Where(e => _hash.Matches(e.Identity.DisplayHash) && _path?.Matches(e.Identity.DisplayPath) != false)];
        return found.Count <= 1
            ? found.FirstOrDefault()
            : throw ProgramSelector.Ambiguous(_hash.ToString(), found.Select(e => e.Identity));
    }

    internal CliException NotPending() => new(_path is null
        ? $"No program with hash {_hash} waits for approval: see 'keychain-auth list-pending'."
        : $"No program with hash {_hash} at {_path} waits for approval: see 'keychain-auth list-pending'.");
}

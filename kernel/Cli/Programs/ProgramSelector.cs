using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Cli.Programs;

/// <summary>Names registered programs by path or by hash.</summary>
internal sealed class ProgramSelector
{
    private readonly HashSelector? _hash;
    private readonly PathSelector? _path;

    /// <exception cref="CliException">It is neither.</exception>
    internal ProgramSelector(string text)
    {
        if (HashSelector.LooksLikeHash(text))
        {
            _hash = HashSelector.Parse(text);
        }
        else
        {
            _path = new PathSelector(text);
        }
    }

    internal List<BinaryEntry> FindAll(ConfigDocument config) => config.RegisteredBinaries.FindAll(Matches);

    /// <exception cref="CliException">None is registered, or several are.</exception>
    internal BinaryEntry FindOne(ConfigDocument config)
    {
        List<BinaryEntry> found = FindAll(config);
        return found.Count switch
        {
            1 => found[0],
            0 => throw NotRegistered(),
            _ => throw Ambiguous(ToString(), found.Select(e => new BinaryIdentity(e.Hash, e.Path))),
        };
    }

    internal CliException NotRegistered() => new($"No program is registered as {this}: see 'keychain-auth list'.");

    internal static CliException Ambiguous(string what, IEnumerable<BinaryIdentity> candidates) =>
        new($"{what} is ambiguous; it could be {string.Join(" or ", candidates.Select(c => $"{c.Hash} at {c.Path}"))}.");

    public override string ToString() => _hash?.ToString() ?? _path!.ToString();

    private bool Matches(BinaryEntry entry) => _hash?.Matches(entry.Hash) ?? _path!.Matches(entry.Path);
}

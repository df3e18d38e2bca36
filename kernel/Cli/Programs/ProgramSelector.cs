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
            _ => throw Ambiguous(ToString(), found.Select(e => e.Identity)),
        };
    }

    internal CliException NotRegistered() => new($"No program is registered as {this}: see 'keychain-auth list'.");

    internal static CliException Ambiguous(string what, IEnumerable<BinaryIdentity> candidates) =>
        new($"{what} is ambiguous; it could be {string.Join(" or ", candidates.Select(c => $"{c.DisplayHash} at {c.DisplayPath}"))}.");

    public override string ToString() => _hash?.ToString() ?? _path!.ToString();

    // A script is named by itself, and not by its interpreter.
    private bool Matches(BinaryEntry entry) => _hash?.Matches(entry.Identity.DisplayHash) ?? _path!.Matches(entry.Identity.DisplayPath);
}

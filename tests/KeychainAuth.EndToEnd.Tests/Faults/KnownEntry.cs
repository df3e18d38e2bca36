namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>What is known of one program's entry in config.json after commands that ended, and some that were killed.</summary>
internal sealed class KnownEntry(string path)
{
    internal string Path { get; } = path;

    /// <summary>Null when the command that would have decided was killed.</summary>
    internal bool? IsRegistered { get; set; } = false;

    /// <summary>Services it may read for certain.</summary>
    internal HashSet<string> Certain { get; } = [];

    /// <summary>Services of which a killed command has left open whether it may read them.</summary>
    internal HashSet<string> Possible { get; } = [];

    internal void Check(IReadOnlyDictionary<string, string[]> entries)
    {
        bool isThere = entries.TryGetValue(Path, out string[]? services);
        Assert.True(IsRegistered is not { } expected || expected == isThere, $"{Path}: registered is {isThere}, but a command has said {IsRegistered}.");
        services ??= [];
        Assert.True(IsRegistered == null || Certain.IsSubsetOf(services), $"{Path} lost {string.Join(' ', Certain.Except(services))}.");
        Assert.True(Certain.Union(Possible).ToHashSet().IsSupersetOf(services), $"{Path} has gained {string.Join(' ', services.Except(Certain).Except(Possible))}.");
    }

    internal void BecomeUncertain()
    {
        Possible.UnionWith(Certain);
        Certain.Clear();
    }
}

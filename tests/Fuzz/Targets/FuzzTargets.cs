namespace KeychainAuth.Fuzz.Targets;

/// <summary>All targets.</summary>
internal static class FuzzTargets
{
    internal static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new RequestTarget(), new ConfigTarget(), new PendingTarget(), new KeyringTarget(), new AuditTarget(), new ManifestTarget(),
        new ResponseTarget(), new ProcessTextTarget(),
    ];

    /// <exception cref="ArgumentException">There is none of this name.</exception>
    internal static IFuzzTarget Find(string name) =>
        All.FirstOrDefault(target => target.Name == name)
        ?? throw new ArgumentException($"There is no target '{name}'; there are {string.Join(", ", All.Select(t => t.Name))}.");
}

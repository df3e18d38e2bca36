using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Plugins;

/// <summary>What a plugin's assembly says about itself in its <see cref="KeychainAuthPluginAttribute"/>.</summary>
internal sealed record PluginManifest
{
    internal required PluginKind Kind { get; init; }

    internal required string Id { get; init; }

    /// <summary>Full name of the entry type.</summary>
    internal required string EntryType { get; init; }

    internal int Contract { get; init; }

    internal int ContractMinor { get; init; }

    internal IReadOnlyList<string> OperatingSystems { get; init; } = [];

    internal IReadOnlyList<string> Requires { get; init; } = [];

    internal int Priority { get; init; }

    /// <summary>The plugin's own version, from its assembly.</summary>
    internal required string Version { get; init; }
}

using KeychainAuth.Core.Configuration;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Plugins;

/// <summary>Plugins a person chose: on the command line, else in config.json.</summary>
internal sealed record PluginOverrides(string? Transport, string? Verifier, string? Store)
{
    internal static PluginOverrides From(DaemonOptions options, PluginsSection? config) => new(
        options.Transport ?? config?.Transport,
        options.Verifier ?? config?.Verifier,
        options.Store ?? config?.Store);

    internal string? For(PluginKind kind) => kind switch
    {
        PluginKind.Transport => Transport,
        PluginKind.Verifier => Verifier,
        PluginKind.Store => Store,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

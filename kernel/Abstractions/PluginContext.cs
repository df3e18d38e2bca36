namespace KeychainAuth.Plugin;

/// <summary>What the daemon tells a plugin when it creates it.</summary>
public sealed class PluginContext
{
    /// <summary>The plugin's id, as in its manifest.</summary>
    public required string Id { get; init; }

    /// <summary>The plugin's section of <c>plugins.settings</c> in config.json. Empty when there is none.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>
    /// An absolute path the plugin may use for files of its own. The daemon does not create it: a plugin that needs
    /// it creates it with mode 0700 (on Windows an owner-only ACL).
    /// </summary>
    public required string StateDirectory { get; init; }

    /// <summary>Where the plugin writes what an operator should know.</summary>
    public required IPluginLog Log { get; init; }

    /// <summary>The clock for wall time, deadlines and monotonic timestamps.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What the daemon found out about the machine and the user it serves.</summary>
    public required HostEnvironment Environment { get; init; }
}

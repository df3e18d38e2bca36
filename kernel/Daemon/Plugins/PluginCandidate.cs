namespace KeychainAuth.Daemon.Plugins;

/// <summary>A plugin folder that was found, fit or not.</summary>
internal sealed record PluginCandidate
{
    /// <summary>The name of the folder, which a fit plugin has as its id.</summary>
    internal required string FolderName { get; init; }

    internal required string Folder { get; init; }

    /// <summary>Null where the assembly carries none that can be read.</summary>
    internal PluginManifest? Manifest { get; init; }

    /// <summary>
    /// Whether something lies where the main assembly belongs. With it and without a readable manifest, nobody can say
    /// what the plugin would have been.
    /// </summary>
    internal bool HasAssembly { get; init; }

    /// <summary>SHA-256 of the main assembly, where it could be read.</summary>
    internal string? Sha256 { get; init; }

    /// <summary>
    /// Why this plugin must not be loaded whatever the circumstances; null when it may. A broken plugin that would have
    /// been chosen stops the daemon, so that damage never makes it slip to another backend.
    /// </summary>
    internal string? Defect { get; init; }

    internal string MainAssembly => Path.Combine(Folder, FolderName + ".dll");
}

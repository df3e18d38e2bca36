using KeychainAuth.Core.Files;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Plugins;

/// <summary>Finds plugin folders and says of each whether it could be loaded. Loads nothing.</summary>
internal static class PluginCatalogue
{
    private const string ContractAssembly = "KeychainAuth.Plugin.Abstractions";

    /// <exception cref="PluginException">A directory named in config.json does not exist or is not safe.</exception>
    internal static IReadOnlyList<PluginCandidate> Discover(IEnumerable<PluginDirectory> directories)
    {
        var candidates = new List<PluginCandidate>();
        foreach (PluginDirectory directory in directories)
        {
            foreach (PluginCandidate candidate in DiscoverIn(directory))
            {
                PluginCandidate? first = candidates.Find(c => c.FolderName == candidate.FolderName);
                candidates.Add(first is null
                    ? candidate
                    : candidate with { Defect = $"{candidate.Folder} has the same id as {first.Folder}: remove one of them." });
            }
        }

        return candidates;
    }

    private static IEnumerable<PluginCandidate> DiscoverIn(PluginDirectory directory)
    {
        if (!Directory.Exists(directory.Path))
        {
            throw new PluginException($"The plugin directory {directory.Path} does not exist.");
        }

        if (PluginIntegrity.FindDirectoryFault(directory.Path) is { } fault)
        {
            throw new PluginException(fault);
        }

        PluginHashList? hashes = PluginHashList.Load(directory);
        return Directory.GetDirectories(directory.Path).Order(StringComparer.Ordinal).Select(folder => Inspect(folder, hashes));
    }

    private static PluginCandidate Inspect(string folder, PluginHashList? hashes)
    {
        var candidate = new PluginCandidate { Folder = folder, FolderName = Path.GetFileName(folder) };
        candidate = candidate with { HasAssembly = Path.Exists(candidate.MainAssembly) };
        try
        {
            if (PluginIntegrity.FindFolderFault(folder, hashes) is { } fault)
            {
                return candidate with { Defect = fault, Manifest = TryReadManifest(candidate.MainAssembly) };
            }

            PluginManifest manifest = PluginManifestReader.Read(candidate.MainAssembly);
            return candidate with
            {
                Manifest = manifest,
                Sha256 = FileHash.Compute(candidate.MainAssembly),
                Defect = FindDefect(candidate, manifest),
            };
        }
        catch (Exception e) when (e is PluginException or IOException or UnauthorizedAccessException)
        {
            return candidate with { Defect = e.Message };
        }
    }

    // Only to know what the broken plugin would have been: reading metadata runs nothing. What is no file could keep the
    // reader waiting for ever.
    private static PluginManifest? TryReadManifest(string assembly)
    {
        try
        {
            return PluginIntegrity.IsRegularFile(assembly) ? PluginManifestReader.Read(assembly) : null;
        }
        catch (Exception e) when (e is PluginException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? FindDefect(PluginCandidate candidate, PluginManifest manifest)
    {
        if (manifest.Id != candidate.FolderName)
        {
            return $"{candidate.MainAssembly} calls itself '{manifest.Id}': folder, assembly and id must have one name.";
        }

        if (manifest.Contract != ContractVersion.Major)
        {
            return $"Plugin '{manifest.Id}' was built for contract {manifest.Contract}, this daemon has {ContractVersion.Major}: get a build for it.";
        }

        if (manifest.ContractMinor > ContractVersion.Minor)
        {
            return $"Plugin '{manifest.Id}' needs contract {manifest.Contract}.{manifest.ContractMinor}, this daemon has {ContractVersion.Major}.{ContractVersion.Minor}: update the daemon.";
        }

        string ownCopy = Path.Combine(candidate.Folder, ContractAssembly + ".dll");
        return File.Exists(ownCopy)
            ? $"Plugin '{manifest.Id}' ships its own copy of the contract ({ownCopy}), whose types are not the daemon's: remove it, and reference the package with ExcludeAssets=\"runtime\"."
            : null;
    }
}

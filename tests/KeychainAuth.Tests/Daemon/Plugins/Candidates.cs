using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Daemon.Plugins;

/// <summary>Plugin candidates and environments without a disk.</summary>
internal static class Candidates
{
    internal static PluginOverrides NoOverrides { get; } = new(null, null, null);

    internal static PluginCandidate Store(
        string id, int priority = 0, string requires = "", string systems = "linux", string? defect = null) =>
        Of(PluginKind.Store, id, priority, requires, systems, defect);

    internal static PluginCandidate Of(
        PluginKind kind, string id, int priority = 0, string requires = "", string systems = "", string? defect = null) => new()
        {
            FolderName = id,
            Folder = "/plugins/" + id,
            Sha256 = new string('a', 64),
            Defect = defect,
            Manifest = new PluginManifest
            {
                Kind = kind,
                Id = id,
                EntryType = "Some.Type",
                Contract = ContractVersion.Major,
                ContractMinor = ContractVersion.Minor,
                Priority = priority,
                Version = "1.0.0.0",
                Requires = requires.Split(',', StringSplitOptions.RemoveEmptyEntries),
                OperatingSystems = systems.Split(',', StringSplitOptions.RemoveEmptyEntries),
            },
        };

    internal static HostEnvironment Linux(params string[] markers) => new()
    {
        OperatingSystem = "linux",
        Markers = new HashSet<string>(markers, StringComparer.Ordinal),
        HomeDirectory = "/home/somebody",
        UserId = 1000,
    };

    /// <summary>Selects with a transport and a verifier that fit, so that only the stores decide.</summary>
    internal static PluginSelection SelectStore(HostEnvironment environment, string? chosen, params PluginCandidate[] stores) => PluginSelector.Select(
        [Of(PluginKind.Transport, "transport-uds"), Of(PluginKind.Verifier, "verify-linux"), .. stores],
        environment,
        new PluginOverrides(null, null, chosen));
}

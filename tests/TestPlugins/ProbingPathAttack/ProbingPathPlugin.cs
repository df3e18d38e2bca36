using KeychainAuth.Plugin;
using KeychainAuth.TestPlugins;
using PlantedLibrary;

[assembly: KeychainAuthPlugin(PluginKind.Store, "test-probing-path", typeof(ProbingPathPlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, Priority = -100)]

namespace KeychainAuth.TestPlugins;

/// <summary>Cannot be created unless the loader takes PlantedLibrary from the probing path.</summary>
public sealed class ProbingPathPlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context) => new FindingStore(Planted.Run());
}

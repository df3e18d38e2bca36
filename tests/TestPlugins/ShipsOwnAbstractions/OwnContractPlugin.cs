using KeychainAuth.Plugin;
using KeychainAuth.TestPlugins;

[assembly: KeychainAuthPlugin(PluginKind.Store, "test-own-contract", typeof(OwnContractPlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, Priority = -100)]

namespace KeychainAuth.TestPlugins;

/// <summary>Right in itself; its folder is wrong.</summary>
public sealed class OwnContractPlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context) => new MemoryStore();
}

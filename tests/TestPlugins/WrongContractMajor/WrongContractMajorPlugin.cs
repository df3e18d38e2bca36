using KeychainAuth.Plugin;
using KeychainAuth.TestPlugins;

[assembly: KeychainAuthPlugin(PluginKind.Store, "test-wrong-major", typeof(WrongContractMajorPlugin),
    Contract = ContractVersion.Major + 1, ContractMinor = 0, Priority = -100)]

namespace KeychainAuth.TestPlugins;

/// <summary>Would work if it were loaded, so a test that sees it work has found a missing check.</summary>
public sealed class WrongContractMajorPlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context) => new MemoryStore();
}

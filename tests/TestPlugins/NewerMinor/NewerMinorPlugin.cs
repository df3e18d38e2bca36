using KeychainAuth.Plugin;
using KeychainAuth.TestPlugins;

[assembly: KeychainAuthPlugin(PluginKind.Store, "test-newer-minor", typeof(NewerMinorPlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor + 1, Priority = -100)]

namespace KeychainAuth.TestPlugins;

/// <summary>Would work if it were loaded, so a test that sees it work has found a missing check.</summary>
public sealed class NewerMinorPlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context) => new MemoryStore();
}

using KeychainAuth.Plugin;
using KeychainAuth.TestPlugins;

[assembly: KeychainAuthPlugin(PluginKind.Store, "test-failing-store", typeof(FailingStorePlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, Priority = -100)]

namespace KeychainAuth.TestPlugins;

/// <summary>A store in memory that fails where the target says so.</summary>
public sealed class FailingStorePlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new FailingStore();
    }
}

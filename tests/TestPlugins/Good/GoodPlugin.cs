using KeychainAuth.Plugin;
using KeychainAuth.TestPlugins;

// The lowest priority there is: it is taken when it is named, or when nothing else is there.
[assembly: KeychainAuthPlugin(PluginKind.Store, "test-good", typeof(GoodPlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, Priority = -100)]

namespace KeychainAuth.TestPlugins;

/// <summary>A store in memory.</summary>
public sealed class GoodPlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new MemoryStore();
    }
}

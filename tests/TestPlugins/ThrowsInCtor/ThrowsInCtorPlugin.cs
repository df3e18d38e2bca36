using KeychainAuth.Plugin;
using KeychainAuth.TestPlugins;

[assembly: KeychainAuthPlugin(PluginKind.Store, "test-throws", typeof(ThrowsInCtorPlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, Priority = -100)]

namespace KeychainAuth.TestPlugins;

/// <summary>Cannot be created.</summary>
public sealed class ThrowsInCtorPlugin : IPluginFactory<ISecretStore>
{
    /// <summary>Throws, always.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public ThrowsInCtorPlugin() => throw new InvalidOperationException("test-throws cannot be created, by design.");

    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context) => new MemoryStore();
}

using KeychainAuth.Plugin;
using KeychainAuth.TestPlugins;
using PrivateLibrary;

[assembly: KeychainAuthPlugin(PluginKind.Store, "test-private-dependency", typeof(PrivateDependencyPlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, Priority = -100)]

namespace KeychainAuth.TestPlugins;

/// <summary>Every read answers with the version of PrivateLibrary that the plugin sees.</summary>
public sealed class PrivateDependencyPlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context) => new FindingStore($"private-library {PrivateLibraryInfo.Version}");
}

using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>The entry type: a store that keeps secrets as generic passwords in Apple's Keychain.</summary>
public sealed class KeychainStorePlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new KeychainStore(new Keychain(KeychainSettings.Parse(context.Settings)));
    }
}

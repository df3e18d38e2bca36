using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreSecretService;

/// <summary>The entry type: a store that keeps secrets in the desktop's Secret Service.</summary>
public sealed class SecretServicePlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new SecretServiceStore(SecretServiceSettings.From(context), Environment.GetEnvironmentVariable, context.Log, context.Time);
    }
}

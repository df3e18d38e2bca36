using System.Runtime.Versioning;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>The entry type: the Credential Manager of the logged-on user.</summary>
[SupportedOSPlatform("windows")]
public sealed class CredmanStorePlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc />
    public ISecretStore Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CredmanSettings settings = CredmanSettings.Parse(context.Settings);
        return new CredmanStore(new WindowsCredentials(settings.Roams), new StoreLock(StoreLock.DefaultName), settings);
    }
}

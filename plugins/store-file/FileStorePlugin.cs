using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>The entry type: a store that keeps secrets, readable, in one file of the user's.</summary>
public sealed class FileStorePlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        FileStoreSettings settings = FileStoreSettings.From(context);
        if (!FileStoreSettings.IsSystem(context))
        {
            context.Log.Write(
                PluginLogLevel.Warning,
                $"Secrets in '{settings.Path}' are base64-encoded and not encrypted: every program that may read the file reads them. Choose a keychain store to change that.");
        }

        return new FileStore(settings, context.Time);
    }
}

using KeychainAuth.Plugin;
using TemplateStore;

// Every argument is a constant: the daemon reads this from metadata, without loading the assembly.
[assembly: KeychainAuthPlugin(PluginKind.Store, "template-store", typeof(Plugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, Priority = 1)]

namespace TemplateStore;

/// <summary>Creates the store, once per daemon.</summary>
public sealed class Plugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context)
    {
        if (context.Settings.Count > 0)
        {
            throw new PluginSettingsException($"{context.Id} has no settings; remove '{context.Settings.Keys.First()}'.");
        }

        return new Store();
    }
}

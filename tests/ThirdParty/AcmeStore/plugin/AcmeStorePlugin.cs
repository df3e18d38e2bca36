using Acme.Store;
using KeychainAuth.Plugin;

[assembly: KeychainAuthPlugin(PluginKind.Store, "acme-store", typeof(AcmeStorePlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, Priority = 1)]

namespace Acme.Store;

/// <summary>Creates the store. One setting: <c>greeting</c>, written to the log at start.</summary>
public sealed class AcmeStorePlugin : IPluginFactory<ISecretStore>
{
    /// <inheritdoc/>
    public ISecretStore Create(PluginContext context)
    {
        foreach (string key in context.Settings.Keys)
        {
            if (key != "greeting")
            {
                throw new PluginSettingsException($"Setting '{key}' is unknown to acme-store; it knows 'greeting'.");
            }
        }

        context.Log.Write(PluginLogLevel.Information, context.Settings.GetValueOrDefault("greeting", "Acme keeps secrets until the daemon ends."));
        return new AcmeStore();
    }
}

using KeychainAuth.Plugin;
using KeychainAuth.TestPlugins;

[assembly: KeychainAuthPlugin(PluginKind.Verifier, "test-naive-verifier", typeof(NaiveVerifierPlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, OperatingSystems = "linux", Priority = -100)]

namespace KeychainAuth.TestPlugins;

/// <summary>Creates the deliberately weak verifier. Never ship it.</summary>
public sealed class NaiveVerifierPlugin : IPluginFactory<IPeerVerifier>
{
    /// <inheritdoc/>
    public IPeerVerifier Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Log.Write(PluginLogLevel.Warning, "test-naive-verifier verifies nothing that an attacker cannot forge; it exists for the red team.");
        return new NaiveVerifier();
    }
}

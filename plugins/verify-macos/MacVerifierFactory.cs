using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyMacOS;

/// <summary>The entry type of the plugin.</summary>
public sealed class MacVerifierFactory : IPluginFactory<IPeerVerifier>
{
    /// <inheritdoc />
    public IPeerVerifier Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new MacPeerVerifier(context, VerifierSettings.Parse(context.Settings));
    }
}

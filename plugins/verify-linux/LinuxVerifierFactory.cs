using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyLinux;

/// <summary>The entry type of the plugin.</summary>
public sealed class LinuxVerifierFactory : IPluginFactory<IPeerVerifier>
{
    /// <inheritdoc />
    public IPeerVerifier Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new LinuxPeerVerifier(context, VerifierSettings.Parse(context.Settings));
    }
}

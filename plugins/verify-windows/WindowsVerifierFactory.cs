using System.Runtime.Versioning;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>The entry type of the plugin.</summary>
[SupportedOSPlatform("windows")]
public sealed class WindowsVerifierFactory : IPluginFactory<IPeerVerifier>
{
    /// <inheritdoc />
    public IPeerVerifier Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new WindowsPeerVerifier(VerifierSettings.Parse(context.Settings));
    }
}

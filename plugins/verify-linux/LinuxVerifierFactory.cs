using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyLinux;

/// <summary>The entry type of the plugin.</summary>
public sealed class LinuxVerifierFactory : IPluginFactory<IPeerVerifier>
{
    private const string SystemMarker = "system";

    /// <inheritdoc />
    public IPeerVerifier Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        VerifierSettings settings = VerifierSettings.Parse(context.Settings);
        return context.Environment.Markers.Contains(SystemMarker)
            ? new ManyUsersVerifier(context, settings)
            : new LinuxPeerVerifier(context, settings);
    }
}

using System.Runtime.Versioning;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportPipe;

/// <summary>The entry type: named pipes of this machine.</summary>
[SupportedOSPlatform("windows")]
public sealed class PipeTransportPlugin : IPluginFactory<ITransport>
{
    /// <inheritdoc />
    public ITransport Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new PipeTransport(PipeSettings.Parse(context.Settings), context.Time, context.Log);
    }
}

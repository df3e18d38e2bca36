using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>The entry type: local connections over Unix domain stream sockets.</summary>
public sealed class UdsTransportPlugin : IPluginFactory<ITransport>
{
    /// <inheritdoc/>
    public ITransport Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new UdsTransport(SocketSystems.Current, UdsSettings.Parse(context.Settings), context.Time, context.Log);
    }
}

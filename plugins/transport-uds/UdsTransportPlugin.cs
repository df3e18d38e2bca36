using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>The entry type: local connections over Unix domain stream sockets.</summary>
public sealed class UdsTransportPlugin : IPluginFactory<ITransport>
{
    private const string SystemMarker = "system";

    /// <inheritdoc/>
    public ITransport Create(PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SocketAccess access = context.Environment.Markers.Contains(SystemMarker) ? SocketAccess.Everybody : SocketAccess.OwnerAlone;
        return new UdsTransport(SocketSystems.Current, UdsSettings.Parse(context.Settings), access, context.Time, context.Log);
    }
}

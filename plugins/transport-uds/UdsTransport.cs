using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>Binds listeners, or takes over the one that the service manager has bound for this process.</summary>
internal sealed class UdsTransport(ISocketSystem system, UdsSettings settings, SocketAccess access, TimeProvider time, IPluginLog log) : ITransport
{
    public async ValueTask<ITransportListener> BindAsync(string address, CancellationToken cancellationToken)
    {
        SocketPath.Validate(address, system.MaximumPathBytes);
        cancellationToken.ThrowIfCancellationRequested();
        BoundSocket socket = ActivatedSocket.TakeIfPassed(system, address, access, time, log)
            ?? await BindOwnAsync(address, cancellationToken);
        try
        {
            return UdsListener.Start(system, socket, settings, time, log);
        }
        catch
        {
            await socket.DisposeAsync();
            throw;
        }
    }

    /// <summary>Listeners belong to whoever bound them; the transport itself holds nothing.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<BoundSocket> BindOwnAsync(string address, CancellationToken cancellationToken)
    {
        SocketDirectory.Ensure(SocketPath.DirectoryOf(address), access);
        using SocketLock taken = await SocketLock.AcquireAsync(address, time, cancellationToken);
        StaleSocket.RemoveIfDead(system, address, log);
        return BoundSocket.Bind(system, address, settings.Backlog, access, time, log);
    }
}

using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>Binds listeners, or takes over the one that systemd has bound for this process.</summary>
internal sealed class UdsTransport(UdsSettings settings, SocketAccess access, TimeProvider time, IPluginLog log) : ITransport
{
    private readonly PassedSockets _passed = new(access);

    public async ValueTask<ITransportListener> BindAsync(string address, CancellationToken cancellationToken)
    {
        SocketPath.Validate(address);
        cancellationToken.ThrowIfCancellationRequested();
        BoundSocket socket = _passed.Take(address) is { } descriptor
            ? ActivatedSocket.TakeOver(descriptor, address, access, time, log)
            : await BindOwnAsync(address, cancellationToken);
        try
        {
            return UdsListener.Start(socket, settings, time, log);
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
        StaleSocket.RemoveIfDead(address, log);
        return BoundSocket.Bind(address, settings.Backlog, access, time, log);
    }
}

using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Tests.Daemon.Requests;

/// <summary>A connection over which open files come with the first bytes.</summary>
internal sealed class FakeLaunchConnection(FakePeerConnection connection) : IPeerConnection, IDescriptorConnection
{
    internal SafeFileHandle File { get; } = System.IO.File.OpenHandle("/dev/null");

    internal TransportException? Broken { get; init; }

    public PeerCredentials Peer => connection.Peer;

    public CancellationToken Closed => connection.Closed;

    public ValueTask<ReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => connection.ReceiveAsync(buffer, cancellationToken);

    public async ValueTask<DescriptorReceiveResult> ReceiveWithDescriptorsAsync(Memory<byte> buffer, int maxDescriptors, CancellationToken cancellationToken) =>
        Broken is not null ? throw Broken : new DescriptorReceiveResult(await connection.ReceiveAsync(buffer, cancellationToken), [File]);

    public ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) => connection.SendAsync(buffer, cancellationToken);

    public void Abort() => connection.Abort();

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

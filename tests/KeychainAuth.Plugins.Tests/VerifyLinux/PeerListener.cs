using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>
/// A Unix domain socket that asks the kernel who connected, as a transport does. ConnectedAfter is whatever the test
/// stamps: it knows when nobody is waiting.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class PeerListener : IDisposable
{
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;
    private const int SO_PEERPIDFD = 77;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestDirectory _directory = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<IDisposable> _owned = [];

    public PeerListener(string? path = null)
    {
        Path = path ?? _directory.PathOf("agent.sock");
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
        File.SetUnixFileMode(Path, (UnixFileMode)0b111_111_111);
        _socket.Listen();
        Stamp();
    }

    public string Path { get; }

    /// <summary>The instant at which the queue was last known to be empty; null to give none.</summary>
    public long? EmptyAt { get; set; }

    /// <summary>Nobody is waiting now.</summary>
    public void Stamp() => EmptyAt = TimeProvider.System.GetTimestamp();

    /// <summary>Accepts a connection. The credentials, and the connection, are closed with the listener.</summary>
    public async Task<PeerCredentials> AcceptAsync(bool withPidFd = true) => (await AcceptConnectionAsync(withPidFd)).Peer;

    /// <summary>The same, and what the peer can be talked to by.</summary>
    public async Task<(PeerCredentials Peer, Socket Connection)> AcceptConnectionAsync(bool withPidFd = true)
    {
        Socket connection = await _socket.AcceptAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        _owned.Add(connection);
        Span<int> credentials = stackalloc int[3];
        connection.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, MemoryMarshal.AsBytes(credentials));
        SafeHandle? handle = null;
        if (withPidFd)
        {
            Span<int> pidFd = stackalloc int[1];
            connection.GetRawSocketOption(SOL_SOCKET, SO_PEERPIDFD, MemoryMarshal.AsBytes(pidFd));
            handle = new SafeFileHandle(pidFd[0], ownsHandle: true);
        }

        PeerCredentials peer = new()
        {
            ProcessId = credentials[0],
            UserId = (uint)credentials[1],
            GroupId = (uint)credentials[2],
            ProcessHandle = handle,
            ConnectedAfter = EmptyAt,
        };
        _owned.Add(peer);
        return (peer, connection);
    }

    public void Dispose()
    {
        foreach (IDisposable one in _owned)
        {
            one.Dispose();
        }

        _socket.Dispose();
        _directory.Dispose();
    }
}

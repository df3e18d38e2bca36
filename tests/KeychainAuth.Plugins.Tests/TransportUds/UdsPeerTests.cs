using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.TransportUds;
using KeychainAuth.Plugins.TransportUds.Linux;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[SupportedOSPlatform("linux")]
public sealed class UdsPeerTests : UdsTest
{
    private const string ConnectAndWait = """
        import os, socket, sys
        s = socket.socket(socket.AF_UNIX)
        s.connect(sys.argv[1])
        print(os.getpid(), os.geteuid(), os.getegid(), flush=True)
        sys.stdin.read()
        """;

    [Fact]
    public async Task AcceptAsync_OtherProcess_NamedByTheKernel()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        await using ChildProcess client = ChildProcess.Python(ConnectAndWait, Place.Socket);
        string? said = await client.ReadLineAsync();
        await using IPeerConnection connection = await AcceptAsync(listener);
        PeerCredentials peer = connection.Peer;
        Assert.Equal(client.Id, peer.ProcessId);
        Assert.Equal(said, string.Create(CultureInfo.InvariantCulture, $"{peer.ProcessId} {peer.UserId} {peer.GroupId}"));
    }

    /// <summary>A client that is told to reconnect has to do so once, not twice.</summary>
    [Fact]
    public async Task AcceptAsync_ConnectedAgainAfterTheFirstAnswer_StampIsYoungerThanThePin()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await first.ConnectAsync(new UnixDomainSocketEndPoint(Place.Socket), Cancellation);
        await using IPeerConnection told = await AcceptAsync(listener);
        long pinned = TimeProvider.System.GetTimestamp();

        // Not known at all when it came before the listener's first look.
        Assert.False(told.Peer.ConnectedAfter >= pinned);
        await told.SendAsync("reconnect\n"u8.ToArray(), Cancellation);

        using var second = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await second.ConnectAsync(new UnixDomainSocketEndPoint(Place.Socket), Cancellation);
        await using IPeerConnection again = await AcceptAsync(listener);
        Assert.True(again.Peer.ConnectedAfter >= pinned, "The second connection is not known to be younger than the pin.");
    }

    [Fact]
    public async Task AcceptAsync_KernelWithPeerPidfd_HandleNamesTheProcess()
    {
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(6, 5), "Needs Linux 6.5 or newer for SO_PEERPIDFD.");
        await using ITransportListener listener = await BindAsync(Place.Socket);
        await using ChildProcess client = ChildProcess.Python(ConnectAndWait, Place.Socket);
        await using IPeerConnection connection = await AcceptAsync(listener);
        string[] info = await File.ReadAllLinesAsync($"/proc/self/fdinfo/{connection.Peer.ProcessHandle!.DangerousGetHandle()}", Cancellation);
        Assert.Contains($"Pid:\t{client.Id}", info);
    }

    [Fact]
    public async Task Read_PeerGone_RefusedWithItsProcess()
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        server.Bind(new UnixDomainSocketEndPoint(Place.Socket));
        server.Listen();
        await using ChildProcess client = ChildProcess.Python(ConnectAndWait, Place.Socket);
        await client.ReadLineAsync();
        await client.EndAsync();
        using Socket accepted = await server.AcceptAsync(Cancellation);
        using var wake = new WakeEvent();
        using var reserve = new DescriptorReserve(SocketSystems.Current, wake.Handle);
        Assert.Null(new LinuxPeerReader(Log, reserve).Read(accepted.SafeHandle, connectedAfter: null, out string? refusal));
        Assert.Contains($"Process {client.Id} ", refusal, StringComparison.Ordinal);
        Assert.Contains("gone", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AcceptAsync_PeerOutsideThePidNamespace_DroppedAndLogged()
    {
        ChildProcess.RequireRoot();
        ChildProcess.RequireProgram("/usr/bin/unshare", "util-linux");
        await using ChildProcess host = ChildProcess.Start("/usr/bin/unshare", "--pid", "--fork", "--kill-child", ChildProcess.HostPath, Place.Socket);
        await host.ReadUntilAsync("address ");
        using Socket client = await ConnectAsync(Place.Socket);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        Assert.Contains("pid namespace", await host.ReadUntilAsync("log Warning"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceiveAsync_ChildWritesOnTheSameSocket_SendersToldApart()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        await using ChildProcess client = ChildProcess.Python(
            """
            import os, socket, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect(sys.argv[1])
            s.sendall(b"parent")
            child = os.fork()
            if child == 0:
                s.sendall(b"child")
                os._exit(0)
            os.waitpid(child, 0)
            s.sendall(b"again")
            print(child, flush=True)
            sys.stdin.read()
            """,
            Place.Socket);
        int child = int.Parse((await client.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await using IPeerConnection connection = await AcceptAsync(listener);

        // All of it is queued already; one read could hold it all, and must not.
        byte[] buffer = new byte[64];
        uint user = connection.Peer.UserId!.Value;
        Assert.Equal(new ReceiveResult(6, new Sender(client.Id, user)), await ReceiveAsync(connection, buffer));
        Assert.Equal(new ReceiveResult(5, new Sender(child, user)), await ReceiveAsync(connection, buffer));
        Assert.Equal(new ReceiveResult(5, new Sender(client.Id, user)), await ReceiveAsync(connection, buffer));
    }

    [Fact]
    public async Task ReceiveAsync_ReceiverOfAPassedConnectionWrites_NamedItself()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        await using ChildProcess client = ChildProcess.Python(
            """
            import os, socket, sys
            a, b = socket.socketpair(socket.AF_UNIX)
            child = os.fork()
            if child == 0:
                _, fds, _, _ = socket.recv_fds(b, 1, 1)
                socket.socket(fileno=fds[0]).sendall(b"stolen")
                os._exit(0)
            s = socket.socket(socket.AF_UNIX)
            s.connect(sys.argv[1])
            socket.send_fds(a, [b"x"], [s.fileno()])
            os.waitpid(child, 0)
            print(child, flush=True)
            sys.stdin.read()
            """,
            Place.Socket);
        int child = int.Parse((await client.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await using IPeerConnection connection = await AcceptAsync(listener);
        ReceiveResult result = await ReceiveAsync(connection, new byte[64]);
        Assert.Equal(client.Id, connection.Peer.ProcessId);
        Assert.Equal(child, result.Sender!.Value.ProcessId);
    }

    [Fact]
    public async Task ReceiveAsync_PeerPassesDescriptors_NoneIsInstalled()
    {
        string bait = Place.Combine("bait");
        File.WriteAllText(bait, "");
        await using ITransportListener listener = await BindAsync(Place.Socket);
        await using ChildProcess client = ChildProcess.Python(
            """
            import socket, sys
            first, second = (socket.socket(socket.AF_UNIX) for _ in range(2))
            f = open(sys.argv[2])
            first.connect(sys.argv[1])
            first.send(b"x")
            for i in range(50):
                socket.send_fds(first, [b"x"], [f.fileno()] * 20)
            second.connect(sys.argv[1])
            print("sent", flush=True)
            sys.stdin.readline()
            socket.send_fds(second, [b"x"], [f.fileno()] * 20)
            sys.stdin.read()
            """,
            Place.Socket,
            bait);
        await client.ReadUntilAsync("sent");
        IPeerConnection first = await AcceptAsync(listener);
        await using IPeerConnection second = await AcceptAsync(listener);

        // With the bytes before them, which are within the same read.
        await Assert.ThrowsAsync<TransportException>(() => ReceiveAsync(first, new byte[100]));
        Assert.True(first.Closed.IsCancellationRequested);
        Assert.DoesNotContain(bait, OpenFiles());

        // While a read waits.
        Task<ReceiveResult> waiting = ReceiveAsync(second, new byte[100]);
        client.WriteLine("");
        await Assert.ThrowsAsync<TransportException>(() => waiting);
        Assert.DoesNotContain(bait, OpenFiles());

        // And those that nobody reads, when the connection is closed.
        await first.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        Assert.DoesNotContain(bait, OpenFiles());
    }

    private static List<string?> OpenFiles() =>
        [.. Directory.GetFileSystemEntries("/proc/self/fd").Select(path => new FileInfo(path).LinkTarget)];
}

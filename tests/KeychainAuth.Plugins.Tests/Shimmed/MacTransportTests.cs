using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

public sealed class MacTransportTests : MacTransportTest
{
    private static readonly byte[] OneByte = [1];

    private static Task<ReceiveResult> ReceiveAsync(IPeerConnection connection) =>
        connection.ReceiveAsync(new byte[16], Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    [Fact]
    public async Task AcceptAsync_Peer_NamedByUserPidAndToken()
    {
        ITransportListener listener = await BindAsync();
        using Socket client = await ConnectAsync(Socket);
        IPeerConnection connection = await AcceptAsync(listener);
        Assert.Equal(Environment.ProcessId, connection.Peer.ProcessId);
        Assert.Equal(32, connection.Peer.AuditToken.Length);
        Assert.Equal((uint)Environment.ProcessId, MemoryMarshal.Cast<byte, uint>(connection.Peer.AuditToken.Span)[5]);
        Assert.True(StandIn.NoSigPipe() >= 2, "The listener and the connection raise no SIGPIPE.");
    }

    /// <summary>The first connection may come before the listener's first look; its answer makes it look.</summary>
    [Fact]
    public async Task AcceptAsync_ConnectedAfterAnAnswer_IsStamped()
    {
        ITransportListener listener = await BindAsync();
        using Socket first = await ConnectAsync(Socket);
        IPeerConnection answered = await AcceptAsync(listener);
        await answered.SendAsync(OneByte, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        using Socket second = await ConnectAsync(Socket);
        Assert.NotNull((await AcceptAsync(listener)).Peer.ConnectedAfter);
    }

    [Fact]
    public async Task BindAsync_Socket_IsItsOwnersAlone()
    {
        await BindAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket));
    }

    [Fact]
    public async Task BindAsync_PathOf104Bytes_RefusedWithTheLimitOf103()
    {
        string path = "/tmp/" + new string('x', 99);
        TransportException refusal = await Assert.ThrowsAsync<TransportException>(() => BindAsync(path));
        Assert.Equal(TransportError.InvalidAddress, refusal.Error);
        Assert.Contains("104 bytes", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("103", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--socket", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceiveAsync_LastUserIsThePeer_IsTheSender()
    {
        ITransportListener listener = await BindAsync();
        using Socket client = await ConnectAsync(Socket);
        IPeerConnection connection = await AcceptAsync(listener);
        await client.SendAsync(OneByte, Cancellation);
        ReceiveResult result = await ReceiveAsync(connection);
        Assert.Equal(Environment.ProcessId, result.Sender!.Value.ProcessId);
    }

    /// <summary>A child that kept the socket writes: the kernel names it.</summary>
    [Fact]
    public async Task ReceiveAsync_AnotherProcessUsedTheSocket_IsTheSender()
    {
        ITransportListener listener = await BindAsync();
        using Socket client = await ConnectAsync(Socket);
        IPeerConnection connection = await AcceptAsync(listener);
        StandIn.LastUser(99_999, 1);
        await client.SendAsync(OneByte, Cancellation);
        Assert.Equal(99_999, (await ReceiveAsync(connection)).Sender!.Value.ProcessId);
    }

    /// <summary>The same process after an exec: its bytes may be the work of either image, so they are nobody's.</summary>
    [Fact]
    public async Task ReceiveAsync_PeerHasExecutedAnotherProgram_IsNobody()
    {
        ITransportListener listener = await BindAsync();
        using Socket client = await ConnectAsync(Socket);
        IPeerConnection connection = await AcceptAsync(listener);
        StandIn.LastUser(Environment.ProcessId, 2);
        await client.SendAsync(OneByte, Cancellation);
        Assert.Equal(0, (await ReceiveAsync(connection)).Sender!.Value.ProcessId);
    }

    [Fact]
    public async Task ReceiveAsync_PeerHasClosed_IsNobodyAndThenTheEnd()
    {
        ITransportListener listener = await BindAsync();
        Socket client = await ConnectAsync(Socket);
        IPeerConnection connection = await AcceptAsync(listener);
        await client.SendAsync(OneByte, Cancellation);

        // Shut down as well: a process that another test is just starting may hold a copy for a moment.
        client.Shutdown(SocketShutdown.Both);
        client.Dispose();
        ReceiveResult last = await ReceiveAsync(connection);
        Assert.Equal((1, 0), (last.Count, last.Sender!.Value.ProcessId));
        Assert.Equal(new ReceiveResult(0, null), await ReceiveAsync(connection));
    }

    [Fact]
    public async Task ReceiveAsync_PeerHasEndedItsSide_IsStillNamed()
    {
        ITransportListener listener = await BindAsync();
        using Socket client = await ConnectAsync(Socket);
        IPeerConnection connection = await AcceptAsync(listener);
        await client.SendAsync(OneByte, Cancellation);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(Environment.ProcessId, (await ReceiveAsync(connection)).Sender!.Value.ProcessId);
    }

    [Fact]
    public async Task AcceptAsync_KernelDoesNotNameThePeer_DroppedAndLogged()
    {
        ITransportListener listener = await BindAsync();
        StandIn.Script("getsockopt", 57);
        using (Socket nobody = await ConnectAsync(Socket))
        {
            Assert.Equal(0, await nobody.ReceiveAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        }

        using Socket client = await ConnectAsync(Socket);
        await AcceptAsync(listener);
        Assert.Contains(Log.Lines, line => line.Message.Contains("does not name the peer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AcceptAsync_PeerGoneBeforeItIsPrepared_OnlyThatOneIsLost()
    {
        ITransportListener listener = await BindAsync();
        StandIn.Script("setsockopt", 22);
        using (Socket gone = await ConnectAsync(Socket))
        {
            Assert.Equal(0, await gone.ReceiveAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        }

        using Socket client = await ConnectAsync(Socket);
        await AcceptAsync(listener);
    }

    [Fact]
    public async Task BindAsync_LaunchdPassedASocket_ListensOnIt()
    {
        var passed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        passed.Bind(new UnixDomainSocketEndPoint(Socket));
        File.SetUnixFileMode(Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        passed.Listen();
        StandIn.Activation(0, [(int)passed.SafeHandle.DangerousGetHandle()], 1);
        passed.SafeHandle.SetHandleAsInvalid();
        ITransportListener listener = await BindAsync(Socket + "2");
        Assert.Equal(Socket, listener.Address);
        Assert.Contains(Log.Lines, line => line.Message.Contains("launchd passed", StringComparison.Ordinal) && line.Message.Contains("SockPathName", StringComparison.Ordinal));
        using Socket client = await ConnectAsync(Socket);
        await AcceptAsync(listener);
        await listener.DisposeAsync();
        Assert.True(File.Exists(Socket), "The file is launchd's.");

        // Its finalizer deletes the file.
        GC.KeepAlive(passed);
    }

    [Fact]
    public async Task BindAsync_LaunchdPassedAnOpenSocket_RefusedWithWhatMendsIt()
    {
        var passed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        passed.Bind(new UnixDomainSocketEndPoint(Socket));
        File.SetUnixFileMode(Socket, (UnixFileMode)0b110_110_110);
        passed.Listen();
        StandIn.Activation(0, [(int)passed.SafeHandle.DangerousGetHandle()], 1);
        passed.SafeHandle.SetHandleAsInvalid();
        TransportException refusal = await Assert.ThrowsAsync<TransportException>(() => BindAsync());
        Assert.Contains("SockPathMode", refusal.Message, StringComparison.Ordinal);

        // Its finalizer deletes the file.
        GC.KeepAlive(passed);
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(0, 0)]
    public async Task BindAsync_LaunchdFails_Refused(int error, int count)
    {
        StandIn.Activation(error, [0], count);
        TransportException refusal = await Assert.ThrowsAsync<TransportException>(() => BindAsync());
        Assert.Contains("launchd", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindAsync_SomebodyListens_NamesTheProcess()
    {
        await BindAsync();
        TransportException refusal = await Assert.ThrowsAsync<TransportException>(() => BindAsync());
        Assert.Equal(TransportError.AddressInUse, refusal.Error);
        Assert.Contains($"Process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindAsync_DeadSocket_Replaced()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(Socket));
        }

        ITransportListener listener = await BindAsync();
        Assert.Equal(Socket, listener.Address);
    }
}

using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[SupportedOSPlatform("linux")]
public sealed class UdsClosingTests : UdsTest
{
    [Fact]
    public async Task SendAsync_PeerDoesNotRead_TimeoutAndClosed()
    {
        await using ITransportListener listener = await BindAsync(
            Place.Socket, new Dictionary<string, string> { ["send_timeout_seconds"] = "1" });
        using Socket client = await ConnectAsync(Place.Socket);
        await using IPeerConnection connection = await AcceptAsync(listener);
        TransportException late = await Assert.ThrowsAsync<TransportException>(
            () => connection.SendAsync(new byte[8 * 1024 * 1024], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        Assert.Equal(TransportError.Timeout, late.Error);
        Assert.True(connection.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task SendAsync_AfterPeerEndedItsSide_StillAnswered()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        using Socket client = await ConnectAsync(Place.Socket);
        await using IPeerConnection connection = await AcceptAsync(listener);
        await client.SendAsync("last"u8.ToArray(), Cancellation);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(4, (await ReceiveAsync(connection, new byte[16])).Count);
        ReceiveResult end = await ReceiveAsync(connection, new byte[16]);
        Assert.Equal(new ReceiveResult(0, null), end);

        await connection.SendAsync("answer"u8.ToArray(), Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        await connection.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        byte[] answer = new byte[16];
        Assert.Equal(6, await client.ReceiveAsync(answer, Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        Assert.Equal(0, await client.ReceiveAsync(answer, Cancellation).AsTask().WaitAsync(Patience, Cancellation));
    }

    /// <summary>
    /// What the closing rule is for: a client whose own write fails, because it was refused before it wrote, still
    /// reads why.
    /// </summary>
    [Fact]
    public async Task DisposeAsync_ClientWritesLate_StillReadsTheLine()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        await using ChildProcess client = ChildProcess.Python(
            """
            import socket, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect(sys.argv[1])
            print("connected", flush=True)
            sys.stdin.readline()
            try:
                s.sendall(b"x" * 1000)
                print("written", flush=True)
            except BrokenPipeError:
                print("broken", flush=True)
            sys.stdin.readline()
            data = b""
            while True:
                part = s.recv(100)
                if not part: break
                data += part
            print(data.decode(), flush=True)
            """,
            Place.Socket);
        await client.ReadUntilAsync("connected");
        IPeerConnection connection = await AcceptAsync(listener);
        await connection.SendAsync("denied\n"u8.ToArray(), Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        Task closing = connection.DisposeAsync().AsTask();
        client.WriteLine("");
        Assert.Contains(await client.ReadLineAsync(), (string[])["written", "broken"]);
        await closing.WaitAsync(Patience, Cancellation);
        client.WriteLine("");
        Assert.Equal("denied", await client.ReadLineAsync());
    }

    [Fact]
    public async Task DisposeAsync_PeerStaysConnected_EndsSoon()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        using Socket client = await ConnectAsync(Place.Socket);
        IPeerConnection connection = await AcceptAsync(listener);
        long start = Stopwatch.GetTimestamp();
        await connection.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);

        // 100 ms by rule; the rest is for a busy machine.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 90, 10_000);
    }

    [Fact]
    public async Task Abort_ThenDispose_DoesNotWaitForThePeer()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        using Socket client = await ConnectAsync(Place.Socket);
        IPeerConnection connection = await AcceptAsync(listener);
        connection.Abort();
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        ValueTask closing = connection.DisposeAsync();
        Assert.True(closing.IsCompletedSuccessfully, "There was something to wait for.");
        await closing;
    }

    [Fact]
    public async Task ReceiveAsync_EmptyBuffer_Refused()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        using Socket client = await ConnectAsync(Place.Socket);
        await using IPeerConnection connection = await AcceptAsync(listener);
        await Assert.ThrowsAsync<ArgumentException>(() => ReceiveAsync(connection, Memory<byte>.Empty));
    }
}

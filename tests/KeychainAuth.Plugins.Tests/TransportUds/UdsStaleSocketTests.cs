using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[SupportedOSPlatform("linux")]
public sealed class UdsStaleSocketTests : UdsTest
{
    private const string ListenScript = """
        import socket, sys
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if sys.argv[2] == "dgram" else socket.SOCK_STREAM)
        s.bind(sys.argv[1])
        waiting = []
        if sys.argv[2] == "listen":
            s.listen(5)
        if sys.argv[2] == "full":
            s.listen(0)
            while True:
                c = socket.socket(socket.AF_UNIX)
                c.setblocking(False)
                try:
                    c.connect(sys.argv[1])
                except BlockingIOError:
                    break
                waiting.append(c)
        print("ready", flush=True)
        sys.stdin.read()
        """;

    [Fact]
    public async Task BindAsync_LiveListener_RefusedWithItsProcess()
    {
        await using ChildProcess other = ChildProcess.Python(ListenScript, Place.Socket, "listen");
        await other.ReadUntilAsync("ready");
        TransportException refusal = await RefusedAsync(Place.Socket);
        Assert.Equal(TransportError.AddressInUse, refusal.Error);
        Assert.Contains($"Process {other.Id} ", refusal.Message, StringComparison.Ordinal);
        using Socket client = await ConnectAsync(Place.Socket);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("dgram")]
    public async Task BindAsync_LiveSocketThatTakesNoConnection_Refused(string kind)
    {
        await using ChildProcess other = ChildProcess.Python(ListenScript, Place.Socket, kind);
        await other.ReadUntilAsync("ready");
        TransportException refusal = await RefusedAsync(Place.Socket);
        Assert.Equal(TransportError.AddressInUse, refusal.Error);
        Assert.True(File.Exists(Place.Socket));
    }

    [Fact]
    public async Task BindAsync_DeadSocket_Replaced()
    {
        await using ChildProcess other = ChildProcess.Python(ListenScript, Place.Socket, "listen");
        await other.ReadUntilAsync("ready");
        await other.EndAsync();
        Assert.True(File.Exists(Place.Socket));

        await using ITransportListener listener = await BindAsync(Place.Socket);
        Assert.Contains(Log.Lines, line => line.Message.Contains("Removed the socket", StringComparison.Ordinal));
        using Socket client = await ConnectAsync(Place.Socket);
        await using IPeerConnection connection = await AcceptAsync(listener);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("directory")]
    [InlineData("link")]
    [InlineData("dangling")]
    public async Task BindAsync_SomethingElseIsThere_LeftAlone(string kind)
    {
        switch (kind)
        {
            case "file":
                File.WriteAllText(Place.Socket, "precious");
                break;
            case "directory":
                Directory.CreateDirectory(Place.Socket);
                break;
            case "link":
                File.WriteAllText(Place.Combine("target"), "precious");
                File.CreateSymbolicLink(Place.Socket, "target");
                break;
            default:
                File.CreateSymbolicLink(Place.Socket, "nowhere");
                break;
        }

        TransportException refusal = await RefusedAsync(Place.Socket);
        Assert.Equal(TransportError.UnsafeAddress, refusal.Error);
        Assert.Contains("left alone", refusal.Message, StringComparison.Ordinal);
        Assert.True(Path.Exists(Place.Socket) || new FileInfo(Place.Socket).LinkTarget == "nowhere");
        Assert.False(Path.Exists(Place.Combine("nowhere")));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("directory")]
    public async Task BindAsync_LockIsNotAPlainFile_Refused(string kind)
    {
        string path = Place.Socket + ".lock";
        if (kind == "link")
        {
            File.CreateSymbolicLink(path, "elsewhere");
        }
        else
        {
            Directory.CreateDirectory(path);
        }

        TransportException refusal = await RefusedAsync(Place.Socket);
        Assert.Equal(TransportError.UnsafeAddress, refusal.Error);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(Place.Combine("elsewhere")));
        Assert.False(Path.Exists(Place.Socket));
    }

    [Fact]
    public async Task BindAsync_LockHeld_WaitsAndGivesUpWhenCancelled()
    {
        await using ChildProcess holder = ChildProcess.Python(
            "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()",
            Place.Socket + ".lock");
        await holder.ReadUntilAsync("held");
        using var impatience = new CancellationTokenSource();
        Task<ITransportListener> binding = CreateTransport().BindAsync(Place.Socket, impatience.Token).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => binding.WaitAsync(Patience, Cancellation));

        Task<ITransportListener> patient = BindAsync(Place.Socket);
        Assert.False(patient.IsCompleted);
        await holder.EndAsync();
        await using ITransportListener listener = await patient;
    }

    [Fact]
    public async Task DisposeAsync_OwnSocket_Removed()
    {
        ITransportListener listener = await BindAsync(Place.Socket);
        using (Socket client = await ConnectAsync(Place.Socket))
        {
            // The runtime must not take the accepted socket's name for a file of its own.
            await using IPeerConnection connection = await AcceptAsync(listener);
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, (await ReceiveAsync(connection, new byte[1])).Count);
        }

        Assert.True(File.Exists(Place.Socket));
        await listener.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        Assert.False(Path.Exists(Place.Socket));
        Assert.True(File.Exists(Place.Socket + ".lock"));
    }

    [Theory]
    [InlineData("listen")]
    [InlineData("file")]
    public async Task DisposeAsync_ReplacedMeanwhile_LeftAlone(string kind)
    {
        ITransportListener listener = await BindAsync(Place.Socket);
        File.Delete(Place.Socket);
        await using ChildProcess other = ChildProcess.Python(
            kind == "file" ? "import sys; open(sys.argv[1], 'w'); print('ready', flush=True); sys.stdin.read()" : ListenScript,
            Place.Socket,
            kind);
        await other.ReadUntilAsync("ready");
        await listener.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        Assert.True(File.Exists(Place.Socket));
    }
}

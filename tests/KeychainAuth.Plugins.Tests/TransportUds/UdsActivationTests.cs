using System.Net.Sockets;
using System.Runtime.Versioning;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

/// <summary>Socket activation: with systemd's own tool, and with a launcher that can also do it wrong.</summary>
[SupportedOSPlatform("linux")]
public sealed class UdsActivationTests : UdsTest
{
    private const string Tool = "/usr/bin/systemd-socket-activate";

    // path (@name: abstract), umask, options, LISTEN_FDNAMES, host, requested address
    private const string Launcher = """
        import os, socket, sys
        path, umask, options, names, host, requested = sys.argv[1:7]
        os.umask(int(umask, 8))
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET if "seqpacket" in options else socket.SOCK_STREAM)
        if "passcred" in options:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        s.bind("\0" + path[1:] if path[0] == "@" else path)
        if "silent" not in options:
            s.listen(5)
        if "second" in options:
            os.dup2(s.fileno(), 4)
            os.dup2(os.open("/dev/null", os.O_RDONLY), 3)
            count = 2
        else:
            os.dup2(s.fileno(), 3)
            os.set_inheritable(3, True)
            count = 1
        os.environ["LISTEN_PID"] = str(os.getpid() + (1 if "notme" in options else 0))
        os.environ["LISTEN_FDS"] = str(count)
        os.environ["LISTEN_FDNAMES"] = names
        os.execv(host, [host, requested])
        """;

    [Fact]
    public async Task BindAsync_StartedBySystemdSocketActivate_ServesTheFirstConnection()
    {
        ChildProcess.RequireProgram(Tool, "systemd");
        string runtime = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        await using ChildProcess host = ChildProcess.Start(
            Tool,
            "--listen=" + Place.Socket,
            "--fdname=keychain-auth",
            "--setenv=DOTNET_ROOT=" + runtime,
            ChildProcess.HostPath,
            Place.Socket);
        using Socket client = await ConnectWhenBoundAsync(Place.Socket);
        await client.SendAsync(new byte[] { 1 }, Cancellation);
        Assert.Contains("PassCredentials=yes", await host.ReadUntilAsync("log Warning"), StringComparison.Ordinal);
        Assert.Equal($"address {Place.Socket}", await host.ReadUntilAsync("address"));
        Assert.StartsWith($"peer {Environment.ProcessId} ", await host.ReadUntilAsync("peer"), StringComparison.Ordinal);
        Assert.Equal(1, await client.ReceiveAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));

        Assert.Equal(0, await host.EndAsync());
        Assert.True(File.Exists(Place.Socket));
    }

    [Theory]
    [InlineData("")]
    [InlineData("keychain-auth.socket")]
    [InlineData("keychain-auth")]
    public async Task BindAsync_PassCredentialsSet_SilentlyTakenAndLeftInPlace(string names)
    {
        await using ChildProcess host = Launch(Place.Socket, "177", "passcred", names, Place.Socket);
        Assert.Equal($"address {Place.Socket}", await host.ReadLineAsync());
        using (Socket client = await ConnectAsync(Place.Socket))
        {
            await client.SendAsync(new byte[] { 1 }, Cancellation);
            Assert.StartsWith($"from {Environment.ProcessId} ", await host.ReadUntilAsync("from"), StringComparison.Ordinal);
        }

        Assert.Equal(0, await host.EndAsync());
        Assert.True(File.Exists(Place.Socket));
        Assert.False(File.Exists(Place.Socket + ".lock"));
    }

    [Fact]
    public async Task BindAsync_NamedAmongOthers_TheNamedOneIsTaken()
    {
        await using ChildProcess host = Launch(Place.Socket, "177", "passcred second", "other:keychain-auth", Place.Socket);
        Assert.Equal($"address {Place.Socket}", await host.ReadLineAsync());
    }

    [Fact]
    public async Task BindAsync_BoundElsewhere_SaysWhere()
    {
        await using ChildProcess host = Launch(Place.Socket, "177", "passcred", "", Place.Combine("wanted.sock"));
        Assert.Contains(Place.Combine("wanted.sock"), await host.ReadUntilAsync("log Warning"), StringComparison.Ordinal);
        Assert.Equal($"address {Place.Socket}", await host.ReadUntilAsync("address"));
    }

    [Fact]
    public async Task BindAsync_PassedToAnotherProcess_BindsItsOwn()
    {
        await using ChildProcess host = Launch(Place.Socket, "177", "passcred notme", "", Place.Combine("own.sock"));
        Assert.Equal($"address {Place.Combine("own.sock")}", await host.ReadUntilAsync("address"));
    }

    [Theory]
    [InlineData("022", "passcred", "UnsafeAddress", "SocketMode=0600")]
    [InlineData("117", "passcred", "UnsafeAddress", "SocketMode=0600")]
    [InlineData("177", "seqpacket", "InvalidAddress", "ListenStream=")]
    [InlineData("177", "silent", "InvalidAddress", "ListenStream=")]
    public async Task BindAsync_UnfitSocket_RefusedWithTheRemedy(string umask, string options, string error, string remedy)
    {
        await using ChildProcess host = Launch(Place.Socket, umask, options, "", Place.Socket);
        string said = await host.ReadUntilAsync("failed");
        Assert.StartsWith($"failed {error} ", said, StringComparison.Ordinal);
        Assert.Contains(remedy, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindAsync_AbstractSocket_Refused()
    {
        await using ChildProcess host = Launch($"@{Place.Socket}", "177", "passcred", "", Place.Socket);
        Assert.StartsWith("failed UnsafeAddress ", await host.ReadUntilAsync("failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindAsync_DirectoryOpenToOthers_Refused()
    {
        string open = Place.CreateDirectory("open", (UnixFileMode)0x1ED);
        string address = Path.Combine(open, "agent.sock");
        await using ChildProcess host = Launch(address, "177", "passcred", "", address);
        Assert.Contains($"chmod 700 {open}", await host.ReadUntilAsync("failed UnsafeAddress"), StringComparison.Ordinal);
    }

    private static ChildProcess Launch(string path, string umask, string options, string names, string requested) =>
        ChildProcess.Python(Launcher, path, umask, options, names, ChildProcess.HostPath, requested);

    /// <summary>The tool says nothing when it is ready: connect as soon as it listens.</summary>
    private static async Task<Socket> ConnectWhenBoundAsync(string path)
    {
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!);
        var appeared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Created += (_, _) => appeared.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(path))
        {
            await appeared.Task.WaitAsync(Patience, Cancellation);
        }

        // The tool has no option for what SocketMode=0600 does in a unit.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await ConnectAsync(path);
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(start) < Patience)
            {
                // Bound, but not listening yet.
                await Task.Yield();
            }
        }
    }
}

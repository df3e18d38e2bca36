using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Launching;

/// <summary>Whom the launcher asks, and what it takes for a yes.</summary>
[SupportedOSPlatform("linux")]
public sealed class AnswerTests(LauncherPlace place) : LauncherTest(place)
{
    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("{}\n")]
    [InlineData("{\"type\":\"LAUNCH_GRANTED\"}")]
    [InlineData("{\"type\":\"LAUNCH_GRANTED\"} \n")]
    [InlineData("{\"type\": \"LAUNCH_GRANTED\"}\n")]
    [InlineData(" {\"type\":\"LAUNCH_GRANTED\"}\n")]
    [InlineData("{\"type\":\"LAUNCH_GRANTED\"}\n\n")]
    [InlineData("{\"type\":\"LAUNCH_GRANTED\"}\n{\"type\":\"LAUNCH_GRANTED\"}\n")]
    [InlineData("{\"type\":\"launch_granted\"}\n")]
    [InlineData("{\"type\":\"LAUNCH_GRANTED\"}\0\n")]
    [InlineData("{\"type\":\"RESPONSE\",\"status\":\"success\"}\n")]
    public async Task Answer_ThatIsNotTheYes_IsANo(string answer)
    {
        await using FakeDaemon daemon = Place.StartDaemon(FakeDaemon.Says(answer));
        AssertRefused(await Place.RunAsync("plainly", Place.Program), Refused, "gave no answer");
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(100_000)]
    public async Task Answer_WithoutEnd_IsANo(int length)
    {
        await using FakeDaemon daemon = Place.StartDaemon(FakeDaemon.Says(new string('x', length)));
        AssertRefused(await Place.RunAsync("plainly", Place.Program), Refused, "gave no answer");
    }

    [Fact]
    public async Task Answer_InPieces_IsUnderstood()
    {
        await using FakeDaemon daemon = Place.StartDaemon(async connection =>
        {
            foreach (byte piece in Encoding.ASCII.GetBytes(FakeDaemon.Granted))
            {
                await connection.SendAsync(new[] { piece });
                await Task.Yield();
            }
        });
        AssertRan(await Place.RunAsync("plainly", Place.Program));
    }

    [Fact]
    public async Task Denial_WithAMessage_IsShown()
    {
        await using FakeDaemon daemon = Place.StartDaemon(FakeDaemon.Says(
            "{\"type\":\"RESPONSE\",\"status\":\"denied\",\"reason\":\"launch_required\",\"message\":\"It says \\\"no\\\" to /opt/x.\"}\n"));
        AssertRefused(await Place.RunAsync("plainly", Place.Program), Refused, "It says \"no\" to /opt/x.");
    }

    [Fact]
    public async Task Denial_WithControlCharacters_CannotReachTheTerminal()
    {
        await using FakeDaemon daemon = Place.StartDaemon(FakeDaemon.Says("{\"message\":\"a\u001b[2J\u0007\u00e4\rb\n"));
        CommandResult result = await Place.RunAsync("plainly", Place.Program);
        AssertRefused(result, Refused, "a?[2J?");
        Assert.DoesNotContain('\u001b', result.Error);
    }

    [Fact]
    public async Task Daemon_ThatEndsWithoutAnAnswer_IsANo()
    {
        await using FakeDaemon daemon = Place.StartDaemon(connection =>
        {
            connection.LingerState = new LingerOption(true, 0);
            connection.Close();
            return Task.CompletedTask;
        });
        CommandResult result = await Place.RunAsync("plainly", Place.Program);
        AssertNothingRan(result);
        Assert.Contains("keychain-auth: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_ThatKeepsSilent_IsNotWaitedForForEver()
    {
        await using FakeDaemon daemon = Place.StartDaemon(connection => connection.ReceiveAsync(new byte[1]));
        long start = Stopwatch.GetTimestamp();
        CommandResult result = await Place.RunWithAsync(new Dictionary<string, string>(), "signals", Place.HastyLauncher, Place.Program);
        AssertNothingRan(result);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "It hangs.");
    }

    [Fact]
    public async Task Daemon_ThatAcceptsNothing_IsNotWaitedForForEver()
    {
        LauncherPlace.NeedRoot();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await using var file = new RemovedAtTheEnd(Place.SocketPath);
        listener.Bind(new UnixDomainSocketEndPoint(Place.SocketPath));
        File.SetUnixFileMode(Place.SocketPath, (UnixFileMode)0b110_110_110);
        listener.Listen();
        AssertNothingRan(await Place.RunWithAsync(new Dictionary<string, string>(), "plainly", Place.HastyLauncher, Place.Program));
    }

    [Fact]
    public async Task Socket_Absent_IsSaidSo()
    {
        LauncherPlace.NeedRoot();
        AssertRefused(await Place.RunAsync("plainly", Place.Program), CannotAsk, "does not run here");
    }

    [Theory]
    [InlineData("touch '{0}'", "")]
    [InlineData("ln -s /nowhere '{0}'", "")]
    [InlineData("mkdir '{0}'", "")]
    [InlineData("mkfifo '{0}'", "")]
    public async Task Socket_ThatIsNone_IsRefused(string make, string after)
    {
        LauncherPlace.NeedRoot();
        try
        {
            await LauncherPlace.ShellAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, make, Place.SocketPath) + after);
            AssertRefused(await Place.RunAsync("plainly", Place.Program), CannotAsk, "somebody else could have put the socket there");
        }
        finally
        {
            await LauncherPlace.ShellAsync($"rm -rf '{Place.SocketPath}'");
        }
    }

    /// <summary>Whoever may write into the directory, or above it, may have put another socket there.</summary>
    [Theory]
    [InlineData("chmod 777 '{0}'", "chmod 755 '{0}'")]
    [InlineData("chmod 1777 '{0}'", "chmod 755 '{0}'")]
    [InlineData("chmod 775 '{0}'", "chmod 755 '{0}'")]
    [InlineData("chmod 777 '{1}'", "chmod 755 '{1}'")]
    [InlineData("chown 64400 '{1}'", "chown 0 '{1}'")]
    [InlineData("chown 64401 '{0}/agent.sock'", "true")]
    public async Task Place_OpenToOthers_IsRefused(string open, string close)
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        try
        {
            await ShellAsync(open);
            AssertRefused(await Place.RunAsync("plainly", Place.Program), CannotAsk, "somebody else could have put the socket there");
            Assert.Empty(daemon.Asked);
        }
        finally
        {
            await ShellAsync(close);
        }
    }

    /// <summary>The daemon's account is the directory's owner, which only root can have made it.</summary>
    [Theory]
    [InlineData("0", false)]
    [InlineData("64401", true)]
    public async Task Server_OfAnotherUser_IsAskedOnlyWhereTheDirectoryIsTheirs(string owner, bool isAsked)
    {
        LauncherPlace.NeedRoot();
        const string Serve = """
            import os, socket, sys
            server = socket.socket(socket.AF_UNIX)
            server.bind(sys.argv[1])
            os.chmod(sys.argv[1], 0o666)
            os.seteuid(64401)
            server.listen()
            print("listens", flush=True)
            connection, _ = server.accept()
            connection.recv(100)
            connection.sendall(b'{"type":"LAUNCH_GRANTED"}\n')
            """;
        await using var file = new RemovedAtTheEnd(Place.SocketPath);
        using Process server = Command.Start("python3", ["-c", Serve, Place.SocketPath], null);
        try
        {
            Assert.Equal("listens", await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            await ShellAsync($"chown {owner} '{{0}}'");
            CommandResult result = await Place.RunAsync("plainly", Place.Program);
            if (isAsked)
            {
                AssertRan(result);
            }
            else
            {
                AssertRefused(result, CannotAsk, "somebody else answers in the daemon's place");
            }
        }
        finally
        {
            await ShellAsync("chown 0 '{0}'");
            server.Kill();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private Task ShellAsync(string command) =>
        LauncherPlace.ShellAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, command, Place.SocketDirectory, Place.RunDirectory));

    private sealed class RemovedAtTheEnd(string path) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            File.Delete(path);
            return ValueTask.CompletedTask;
        }
    }
}

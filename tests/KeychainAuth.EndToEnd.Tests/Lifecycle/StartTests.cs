using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Lifecycle;

/// <summary>One daemon per socket, whatever is found in its place.</summary>
[SupportedOSPlatform("linux")]
public sealed class StartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Start_DaemonIsThere_SaysWhoAndFails()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        CommandResult second = await daemon.CliAsync("start");
        Assert.Equal(1, second.ExitCode);
        string sentence = Assert.Single(second.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains($"4.0.0 (process {daemon.ProcessId.ToString(CultureInfo.InvariantCulture)})", sentence, StringComparison.Ordinal);
        Assert.Contains(daemon.Socket, sentence, StringComparison.Ordinal);
        Assert.Contains("\"daemon_running\": true", await daemon.CliOkAsync("status", "--json"), StringComparison.Ordinal);
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Fact]
    public async Task Start_TwentyAtOnce_ExactlyOneServes()
    {
        const int Count = 20;
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string program = Path.Combine(RepositoryPaths.Tree, "keychain-auth");
        Process[] all = [.. Enumerable.Range(0, Count).Select(_ => Command.Start(program, ["start"], daemon.Environment))];
        try
        {
            // All but one end by themselves; the one that stays has said that it listens.
            Task<bool>[] ends = [.. all.Select(ListensOrEndsAsync)];
            bool[] listens = await Task.WhenAll(ends).WaitAsync(Patience, TestContext.Current.CancellationToken);
            Process serving = Assert.Single(all.Zip(listens), pair => pair.Second).First;
            foreach (Process loser in all.Where(process => process != serving))
            {
                await loser.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
                Assert.Equal(1, loser.ExitCode);
                string sentence = Assert.Single((await loser.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd('\n').Split('\n'));
                Assert.Contains(daemon.Socket, sentence, StringComparison.Ordinal);
                Assert.DoesNotContain("(process )", sentence, StringComparison.Ordinal);
            }

            Assert.Contains($"\"pid\": {serving.Id.ToString(CultureInfo.InvariantCulture)}", await daemon.CliOkAsync("status", "--json"), StringComparison.Ordinal);
            await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo");
            Assert.Contains("success", await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}"""), StringComparison.Ordinal);
        }
        finally
        {
            foreach (Process process in all)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
                process.Dispose();
            }
        }
    }

    [Fact]
    public async Task Start_SocketOfAKilledDaemon_IsReplaced()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await daemon.KillAsync();
        Assert.True(File.Exists(daemon.Socket));
        Assert.Equal(3, (await daemon.CliAsync("status")).ExitCode);
        await daemon.StartProcessAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo");
        Assert.Contains("success", await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}"""), StringComparison.Ordinal);
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Theory]
    [InlineData("file")]
    [InlineData("directory")]
    [InlineData("fifo")]
    [InlineData("foreign listener")]
    public async Task Start_SomethingElseAtTheSocketsPath_IsLeftAlone(string what)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(daemon.Socket)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using Socket? listener = await PutAsync(daemon.Socket, what);
        string before = await DescribeAsync(daemon.Socket);
        CommandResult result = await daemon.CliAsync("start");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(daemon.Socket, Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Equal(before, await DescribeAsync(daemon.Socket));
    }

    [Fact]
    public async Task Start_SocketPathLongerThanTheKernelTakes_IsRefusedInOneSentence()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string path = Path.Combine(daemon.Work, new string('x', 120));
        CommandResult result = await daemon.CliAsync("start", "--socket", path);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("107", Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private static async Task<bool> ListensOrEndsAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(" listens on ", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<Socket?> PutAsync(string path, string what)
    {
        switch (what)
        {
            case "file":
                await File.WriteAllTextAsync(path, "precious");
                return null;
            case "directory":
                Directory.CreateDirectory(path);
                return null;
            case "fifo":
                Assert.Equal(0, (await Command.RunAsync("mkfifo", [path])).ExitCode);
                return null;
            default:
                var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                listener.Bind(new UnixDomainSocketEndPoint(path));
                listener.Listen();
                return listener;
        }
    }

    private static async Task<string> DescribeAsync(string path) =>
        (await Command.RunAsync("stat", ["--format=%i %F %s %y", path])).Output;
}

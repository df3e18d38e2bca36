using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>Somebody cleans up the runtime directory while the daemon runs.</summary>
[SupportedOSPlatform("linux")]
public sealed class SocketRemovedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Socket_Removed_IsBoundAnewAndOpenConnectionsGoOn(bool withItsDirectory)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient before = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await before.AskAsync(Requests.Write("kept", "v")));

        if (withItsDirectory)
        {
            // At once, as a whole: the daemon may bind anew while what is in it is being removed.
            string gone = Path.Combine(daemon.Work, "gone");
            Directory.Move(Path.GetDirectoryName(daemon.Socket)!, gone);
            Directory.Delete(gone, recursive: true);
        }
        else
        {
            File.Delete(daemon.Socket);
        }

        await daemon.WaitForOutputAsync("it is there again").WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(Requests.Found("kept", "v"), await before.AskAsync(Requests.Read("kept")));
        await using (RelayClient after = daemon.Connect(before.Executable))
        {
            Assert.Equal(Requests.Found("kept", "v"), await after.AskAsync(Requests.Read("kept")));
        }

        await daemon.CliOkAsync("status");
        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
        Assert.False(File.Exists(daemon.Socket), "A daemon that has stopped leaves no socket.");
    }

    /// <summary>What says that a daemon is there may go alone: after the socket, where one is bound anew in between.</summary>
    [Theory]
    [InlineData(".instance", ".instance.lock")]
    [InlineData(".instance.lock")]
    [InlineData(".instance")]
    public async Task WhatLiesBesideTheSocket_Removed_IsThereAgainAndNoSecondDaemonStarts(params string[] suffixes)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        foreach (string suffix in suffixes)
        {
            File.Delete(daemon.Socket + suffix);
        }

        await daemon.WaitForOutputAsync("it is there again").WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Contains($"\"pid\": {daemon.ProcessId}", await daemon.CliOkAsync("status", "--json"), StringComparison.Ordinal);
        CommandResult second = await Command.RunAsync(Path.Combine(RepositoryPaths.Tree, "keychain-auth"), ["start"], daemon.Environment);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"(process {daemon.ProcessId}) serves", second.Error, StringComparison.Ordinal);
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("kept", "v")));
        Assert.Equal(0, await daemon.StopAsync());
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(daemon.Socket)!, "*.instance"));
    }

    /// <summary>As where the directory is removed piece by piece: what comes first is gone again.</summary>
    [Fact]
    public async Task Socket_CannotBeBoundAtOnce_IsBoundAtTheNextTry()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        string directory = Path.GetDirectoryName(daemon.Socket)!;
        Directory.Move(directory, directory + ".aside");
        await File.WriteAllTextAsync(directory, "in the way", TestContext.Current.CancellationToken);
        await daemon.WaitForOutputAsync("is not there again yet").WaitAsync(Patience, TestContext.Current.CancellationToken);
        File.Delete(directory);

        await daemon.WaitForOutputAsync("it is there again").WaitAsync(Patience, TestContext.Current.CancellationToken);
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("kept", "v")));
        await daemon.CliOkAsync("status");
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Fact]
    public async Task Socket_ReplacedBySomethingElse_EndsTheDaemonWithOneSentence()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("kept", "v")));
        string foreign = daemon.Socket + ".foreign";
        await File.WriteAllTextAsync(foreign, "precious", TestContext.Current.CancellationToken);
        File.Move(foreign, daemon.Socket, overwrite: true);

        Assert.Equal(1, await daemon.WaitForExitAsync());
        Assert.Contains(daemon.Socket, Assert.Single(daemon.Output.Split('\n'), line => line.Contains("listener failed", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(daemon.Socket, TestContext.Current.CancellationToken));

        File.Delete(daemon.Socket);
        await daemon.StartProcessAsync();
        await using RelayClient again = daemon.Connect(client.Executable);
        Assert.Equal(Requests.Found("kept", "v"), await again.AskAsync(Requests.Read("kept")));
        await daemon.CliOkAsync("audit", "verify");
    }
}

using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>A log that cannot be written denies requests without effect, and says so; when it can, all goes on.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnwritableAuditTests
{
    [Theory]
    [InlineData("directory")]
    [InlineData("link")]
    [InlineData("fifo")]
    public async Task Request_SomethingElseInTheLogsPlace_IsDeniedUntilItIsGone(string what)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("k", "before")));
        string aside = daemon.AuditFile + ".aside";
        File.Move(daemon.AuditFile, aside);
        await PutInPlaceAsync(daemon.AuditFile, what, aside);
        byte[] keyring = await File.ReadAllBytesAsync(daemon.Keyring, TestContext.Current.CancellationToken);
        long recorded = new FileInfo(aside).Length;

        foreach (string request in (string[])[Requests.Write("k", "after"), Requests.Read("k"), Requests.Delete("k")])
        {
            string message = Requests.AssertError(await client.AskAsync(request), "internal_error");
            Assert.Contains(daemon.AuditFile, message, StringComparison.Ordinal);
        }

        Assert.Equal(keyring, await File.ReadAllBytesAsync(daemon.Keyring, TestContext.Current.CancellationToken));
        Assert.Equal(recorded, new FileInfo(aside).Length);
        CommandResult command = await daemon.CliAsync("revoke", client.Executable);
        Assert.Equal(1, command.ExitCode);
        Assert.Contains(daemon.AuditFile, command.Error, StringComparison.Ordinal);

        await Command.RunAsync("rm", ["-r", daemon.AuditFile]);
        File.Move(aside, daemon.AuditFile);
        Assert.Equal(Requests.Found("k", "before"), await client.AskAsync(Requests.Read("k")));
        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
        Assert.Contains("cannot be written", daemon.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_OrdinaryUserWithoutPermission_IsDeniedUntilItIsBack()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Becoming an ordinary user needs root.");
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { UserId = 64301 });
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("k", "before")));

        File.SetUnixFileMode(daemon.AuditFile, UnixFileMode.UserRead);
        Requests.AssertError(await client.AskAsync(Requests.Write("k", "after")), "internal_error");
        Assert.Contains("audit log", Requests.AssertError(await client.AskAsync(Requests.Read("k")), "internal_error"), StringComparison.Ordinal);

        File.SetUnixFileMode(daemon.AuditFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(Requests.Found("k", "before"), await client.AskAsync(Requests.Read("k")));
        await daemon.CliOkAsync("audit", "verify");
    }

    [Fact]
    public async Task Start_LogOfTheLastRunEndsInATornRecord_RepairsItAndSaysSo()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await daemon.KillAsync();
        byte[] log = await File.ReadAllBytesAsync(daemon.AuditFile, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(daemon.AuditFile, log[..^20], TestContext.Current.CancellationToken);
        CommandResult torn = await daemon.CliAsync("audit", "verify");
        Assert.Equal(1, torn.ExitCode);
        Assert.Contains("incomplete", torn.Output, StringComparison.Ordinal);

        await daemon.StartProcessAsync();
        Assert.Single(daemon.AuditRecords("torn_record_removed"));
        await daemon.CliOkAsync("audit", "verify");
    }

    [Fact]
    public async Task Start_LogCannotBeWritten_RefusesInOneSentence()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(daemon.AuditFile)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(daemon.AuditFile);
        CommandResult result = await daemon.CliAsync("start");
        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains(daemon.AuditFile, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(daemon.Socket));
    }

    private static async Task PutInPlaceAsync(string path, string what, string aside)
    {
        switch (what)
        {
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "link":
                File.CreateSymbolicLink(path, aside);
                break;
            default:
                Assert.Equal(0, (await Command.RunAsync("mkfifo", [path])).ExitCode);
                break;
        }
    }
}

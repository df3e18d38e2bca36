using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Faults;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.CommandLine;

/// <summary>A home that is not there, or that takes nothing.</summary>
[SupportedOSPlatform("linux")]
public sealed class HomeTests
{
    [Theory]
    [InlineData("relative/home")]
    [InlineData("/nonexistent/keychain-auth-test")]
    public async Task Commands_HomeUnusable_FailInOneSentence(string home)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string tool = await daemon.CompileAsync("relay");
        daemon.Environment["HOME"] = home;
        foreach (string[] command in (string[][])[["register", tool], ["list"], ["status"], ["doctor"], ["audit"], ["start"], ["plugins"]])
        {
            CommandResult result = await Command.RunAsync(Path.Combine(RepositoryPaths.Tree, "keychain-auth"), command, daemon.Environment, workingDirectory: daemon.Work);
            Assert.True(result.ExitCode == 1, $"{string.Join(' ', command)}: {result}");
            Assert.Contains("HOME", Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        }

        Assert.Equal(["relay"], Directory.GetFileSystemEntries(daemon.Work).Select(entry => Path.GetFileName(entry)));
    }

    [Fact]
    public async Task Commands_HomeReadOnly_ReadAndRefuseToWrite()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        await using TmpfsMount disk = await TmpfsMount.MountAsync(daemon.Home, 1024);
        string tool = await daemon.CompileAsync("relay");
        await daemon.CliOkAsync("register", tool, "--read", "demo");
        await disk.RemountAsync("ro");
        foreach (string[] command in (string[][])[["allow", tool, "--read", "other"], ["disallow", tool, "--read", "demo"], ["revoke", tool], ["upgrade", tool], ["deny", new string('a', 64), tool], ["start"]])
        {
            CommandResult result = await daemon.CliAsync(command);
            if (command[0] == "upgrade" && result.ExitCode == 0)
            {
                // There is nothing to upgrade, so nothing to write.
                continue;
            }

            Assert.True(result.ExitCode == 1, $"{string.Join(' ', command)}: {result}");
            Assert.Contains(daemon.Home, Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        }

        Assert.Contains(tool, await daemon.CliOkAsync("list"), StringComparison.Ordinal);
        await daemon.CliOkAsync("list-pending");
        await daemon.CliOkAsync("check", tool, "demo");
        await daemon.CliOkAsync("audit");
        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(3, (await daemon.CliAsync("status")).ExitCode);
        await disk.RemountAsync("rw");
        await daemon.CliOkAsync("allow", tool, "--read", "other");
        await daemon.CliOkAsync("audit", "verify");
    }

    [Fact]
    public async Task Commands_EmptyHome_CreateNothingByLooking()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string tool = await daemon.CompileAsync("relay");
        await daemon.CliOkAsync("list");
        await daemon.CliOkAsync("list-pending");
        await daemon.CliOkAsync("audit");
        await daemon.CliOkAsync("audit", "verify");
        await daemon.CliOkAsync("plugins");
        await daemon.CliOkAsync("doctor");
        await daemon.CliOkAsync("--help");
        await daemon.CliOkAsync("--version");
        Assert.Equal(3, (await daemon.CliAsync("status")).ExitCode);
        Assert.Equal(4, (await daemon.CliAsync("check", tool, "demo")).ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(daemon.Home));
    }
}

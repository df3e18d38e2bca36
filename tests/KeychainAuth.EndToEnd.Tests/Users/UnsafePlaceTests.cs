using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Users;

/// <summary>The daemon does not start in a place where somebody else could get between it and its files.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnsafePlaceTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Theory]
    [InlineData("755", "chmod 700")]
    [InlineData("770", "chmod 700")]
    [InlineData("1777", "of your own")]
    public async Task Start_SocketDirectoryOpenToOthers_IsRefused(string mode, string hint)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string directory = Make(Path.GetDirectoryName(daemon.Socket)!);
        await OtherUser.ChmodAsync(mode, directory);
        await AssertRefusedAsync(daemon, directory, hint);
    }

    [Fact]
    public async Task Start_SocketDirectoryOfAnotherUser_IsRefused()
    {
        OtherUser.Require();
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string directory = Make(Path.GetDirectoryName(daemon.Socket)!);
        await OtherUser.ChownAsync(OtherUser.Owner, directory);
        await AssertRefusedAsync(daemon, directory, "64301");
    }

    [Fact]
    public async Task Start_ParentOfTheSocketDirectoryOfAnotherUser_IsRefused()
    {
        OtherUser.Require();
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        Make(Path.GetDirectoryName(daemon.Socket)!);
        string parent = Path.GetDirectoryName(Path.GetDirectoryName(daemon.Socket)!)!;
        await OtherUser.ChownAsync(OtherUser.Owner, parent);
        await AssertRefusedAsync(daemon, parent, "64301");
    }

    [Fact]
    public async Task Start_SocketDirectoryIsALink_IsRefused()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string real = Make(Path.Combine(daemon.Work, "elsewhere"));
        string directory = Path.GetDirectoryName(daemon.Socket)!;
        File.CreateSymbolicLink(directory, real);
        await AssertRefusedAsync(daemon, directory, "link");
        Assert.Empty(Directory.GetFileSystemEntries(real));
    }

    [Theory]
    [InlineData("config", "755")]
    [InlineData("config", "777")]
    [InlineData("data", "755")]
    public async Task Start_PrivateDirectoryOpenToOthers_IsRefused(string which, string mode)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string directory = Make(Path.GetDirectoryName(which == "config" ? daemon.ConfigFile : daemon.AuditFile)!);
        await OtherUser.ChmodAsync(mode, directory);
        await AssertRefusedAsync(daemon, directory, "chmod 700");
    }

    [Fact]
    public async Task Start_ConfigFileWritableByOthers_IsRefused()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { ConfigJson = "{}" });
        await OtherUser.ChmodAsync("666", daemon.ConfigFile);
        await AssertRefusedAsync(daemon, daemon.ConfigFile, "chmod go-w");
    }

    [Fact]
    public async Task Request_ConfigFileBecomesWritableByOthers_IsDenied()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo");
        const string Read = """{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}""";
        Assert.Contains("success", await client.AskAsync(Read), StringComparison.Ordinal);
        await OtherUser.ChmodAsync("666", daemon.ConfigFile);
        Assert.Contains("internal_error", await client.AskAsync(Read), StringComparison.Ordinal);
        await OtherUser.ChmodAsync("600", daemon.ConfigFile);
        Assert.Contains("success", await client.AskAsync(Read), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("audit.log")]
    [InlineData("audit.log.lock")]
    [InlineData("agent.sock")]
    [InlineData("agent.sock.lock")]
    [InlineData("agent.sock.instance.lock")]
    [InlineData("keyring.json")]
    public async Task Start_FileIsALink_IsRefusedAndItsTargetUntouched(string name)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string path = name[..3] switch
        {
            "con" => daemon.ConfigFile,
            "key" => daemon.Keyring,
            "aud" => Path.Combine(Path.GetDirectoryName(daemon.AuditFile)!, name),
            _ => Path.Combine(Path.GetDirectoryName(daemon.Socket)!, name),
        };
        Make(Path.GetDirectoryName(path)!);
        string target = Path.Combine(daemon.Work, "target");
        await File.WriteAllTextAsync(target, "{}", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(path, target);
        await AssertRefusedAsync(daemon, path, name == "agent.sock" ? "not a socket" : "link");
        Assert.Equal("{}", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        Assert.Equal(target, new FileInfo(path).LinkTarget);
    }

    [Fact]
    public async Task Start_ConfigFileOfAnotherUser_IsRefused()
    {
        OtherUser.Require();
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { ConfigJson = "{}" });
        await OtherUser.ChownAsync(OtherUser.Owner, daemon.ConfigFile);
        await AssertRefusedAsync(daemon, daemon.ConfigFile, "64301");
    }

    private static async Task AssertRefusedAsync(TestDaemon daemon, string path, string hint)
    {
        CommandResult result = await daemon.CliAsync("start");
        Assert.True(result.ExitCode == 1, result.ToString());
        string sentence = Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("keychain-authd: ", sentence, StringComparison.Ordinal);
        Assert.Contains(path, sentence, StringComparison.Ordinal);
        Assert.Contains(hint, sentence, StringComparison.Ordinal);
        Assert.False(File.Exists(daemon.Socket) && new FileInfo(daemon.Socket).LinkTarget is null);
    }

    // With its missing parents, all of them closed to others.
    private static string Make(string directory)
    {
        Directory.CreateDirectory(directory, OwnerOnly);
        File.SetUnixFileMode(directory, OwnerOnly);
        return directory;
    }
}

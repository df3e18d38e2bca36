using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Users;

/// <summary>A second user of the machine gets nothing, whether the doors are shut or somebody has opened them.</summary>
[SupportedOSPlatform("linux")]
public sealed class SecondUserTests
{
    [Fact]
    public async Task Connect_SecondUser_IsRefusedByTheFileSystem()
    {
        using UserTree tree = await UserTree.FindAsync(OtherUser.Owner);
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { UserId = OtherUser.Owner, Tree = tree.Path });
        string relay = await OpenWorkAsync(daemon);
        CommandResult result = await OtherUser.RunAsync(daemon, OtherUser.Second, relay, daemon.Socket);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Permission denied", result.Error, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(daemon.Socket));
        Assert.DoesNotContain(daemon.AuditRecords(), IsConnection);
    }

    [Theory]
    [InlineData("755", "666")]
    [InlineData("777", "777")]
    public async Task Connect_SecondUserThroughOpenedDoors_GetsNoLineAndIsAudited(string directoryMode, string socketMode)
    {
        using UserTree tree = await UserTree.FindAsync(OtherUser.Owner);
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { UserId = OtherUser.Owner, Tree = tree.Path });
        string relay = await OpenWorkAsync(daemon);
        await daemon.CliOkAsync("register", relay, "--read", "demo");
        await OtherUser.ChmodAsync("755", Path.GetDirectoryName(Path.GetDirectoryName(daemon.Socket)!)!);
        await OtherUser.ChmodAsync(directoryMode, Path.GetDirectoryName(daemon.Socket)!);
        await OtherUser.ChmodAsync(socketMode, daemon.Socket);

        CommandResult result = await OtherUser.RunAsync(daemon, OtherUser.Second, relay, daemon.Socket);
        Assert.Equal("", result.Output);
        Assert.Equal(0, result.ExitCode);
        JsonElement record = Assert.Single(daemon.AuditRecords("identity_unverified"));
        Assert.Equal(OtherUser.Second, record.GetProperty("uid").GetUInt32());
        Assert.Equal("DENIED", record.GetProperty("result").GetString());
        Assert.False(File.Exists(daemon.PendingFile));

        // Root is another user too, and gets no more.
        CommandResult root = await Command.RunAsync(relay, [daemon.Socket], daemon.Environment);
        Assert.Equal("", root.Output);
        Assert.Contains(daemon.AuditRecords("identity_unverified"), r => r.GetProperty("uid").GetUInt32() == 0);

        // The owner's own programs are served as before.
        await using RelayClient client = daemon.Connect(relay);
        Assert.Equal(
            """{"type":"RESPONSE","status":"success"}""",
            await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}"""));
        await daemon.CliOkAsync("audit", "verify");
    }

    [Fact]
    public async Task Files_SecondUser_CannotBeReadOrReplaced()
    {
        using UserTree tree = await UserTree.FindAsync(OtherUser.Owner);
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { UserId = OtherUser.Owner, Tree = tree.Path });
        await OpenWorkAsync(daemon);
        await OtherUser.ChmodAsync("755", daemon.Home);
        string relay = await daemon.CompileAsync("relay", "client");
        await daemon.CliOkAsync("register", relay, "--write", "demo");
        await using RelayClient client = daemon.Connect(relay);
        await client.AskAsync("""{"type":"REQUEST","action":"write","service":"demo","targets":["k"],"values":["v"]}""");
        foreach (string file in (string[])[daemon.ConfigFile, daemon.AuditFile, daemon.Keyring, daemon.Socket + ".instance"])
        {
            Assert.True(File.Exists(file), file);
            Assert.NotEqual(0, (await OtherUser.RunAsync(daemon, OtherUser.Second, "cat", file)).ExitCode);
            Assert.NotEqual(0, (await OtherUser.RunAsync(daemon, OtherUser.Second, "mv", file, file + ".gone")).ExitCode);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    // The test's directory is 0700 for root's sake: others have to get as far as the program.
    private static async Task<string> OpenWorkAsync(TestDaemon daemon)
    {
        string relay = await daemon.CompileAsync("relay");
        await OtherUser.ChmodAsync("755", Path.GetDirectoryName(daemon.Work)!);
        await OtherUser.ChmodAsync("755", daemon.Work);
        await OtherUser.ChmodAsync("755", relay);
        return relay;
    }

    private static bool IsConnection(JsonElement record) => record.GetProperty("action").GetString() == "connect";
}

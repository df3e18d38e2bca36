using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.Users;

/// <summary>The whole story as a user without any privilege.</summary>
[SupportedOSPlatform("linux")]
public sealed class OrdinaryUserTests
{
    [Fact]
    public async Task Daemon_OrdinaryUser_ApprovesServesAndRevokes()
    {
        using UserTree tree = await UserTree.FindAsync(OtherUser.Owner);
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { UserId = OtherUser.Owner, Tree = tree.Path });
        string relay = await daemon.CompileAsync("relay");
        await using (RelayClient stranger = daemon.Connect(relay))
        {
            Assert.Equal(
                """{"type":"RESPONSE","status":"denied","reason":"unregistered_binary_pending_approval"}""" + "\n",
                await stranger.ReadToEndAsync());
        }

        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(relay, TestContext.Current.CancellationToken)));
        Assert.Contains("user 64301", await daemon.CliOkAsync("list-pending"), StringComparison.Ordinal);
        await daemon.CliOkAsync("approve", hash[..12]);
        await daemon.CliOkAsync("allow", relay, "--read", "demo", "--write", "demo");
        await using RelayClient client = daemon.Connect(relay);
        Assert.Equal(
            """{"type":"RESPONSE","status":"success"}""",
            await client.AskAsync("""{"type":"REQUEST","action":"write","service":"demo","targets":["k"],"values":["v"]}"""));
        Assert.Equal(
            """{"type":"RESPONSE","status":"success","results":[{"target":"k","value":"v"}]}""",
            await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}"""));
        await daemon.CliOkAsync("revoke", hash);
        Assert.Contains("unregistered", await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}"""), StringComparison.Ordinal);
        Assert.All(daemon.AuditRecords().Where(r => r.TryGetProperty("uid", out _)), r => Assert.Equal(OtherUser.Owner, r.GetProperty("uid").GetUInt32()));
        await daemon.CliOkAsync("audit", "verify");
        await daemon.CliOkAsync("doctor");
        await daemon.CliOkAsync("doctor", "--self-test");
        Assert.Equal(0, await daemon.StopAsync());
    }
}

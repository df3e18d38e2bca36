using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests;

/// <summary>The main job from end to end, in the order in which a person meets it.</summary>
[SupportedOSPlatform("linux")]
public sealed class StoryTests
{
    private const string Write = """{"type":"REQUEST","action":"write","service":"demo","targets":["k1"],"values":["v1"]}""";
    private const string Read = """{"type":"REQUEST","action":"read","service":"demo","targets":["k1","gone"]}""";
    private const string Success = """{"type":"RESPONSE","status":"success"}""";
    private const string Unregistered = """{"type":"RESPONSE","status":"denied","reason":"unregistered_binary_pending_approval"}""";

    [Fact]
    public async Task Daemon_StrangerApprovedAndAllowed_WritesReadsAndIsRevoked()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        string relay = await daemon.CompileAsync("relay");

        await using (RelayClient stranger = daemon.Connect(relay))
        {
            Assert.Equal(Unregistered + "\n", await stranger.ReadToEndAsync());
        }

        Assert.Contains(relay, await daemon.CliOkAsync("list-pending"), StringComparison.Ordinal);
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(relay, TestContext.Current.CancellationToken)));
        await daemon.CliOkAsync("approve", hash);
        await daemon.CliOkAsync("allow", relay, "--read", "demo", "--write", "demo");

        await using RelayClient client = daemon.Connect(relay);
        Assert.Equal(Success, await client.AskAsync(Write));
        Assert.Equal("""{"type":"RESPONSE","status":"success","results":[{"target":"k1","value":"v1"}]}""", await client.AskAsync(Read));
        Assert.StartsWith("""{"type":"RESPONSE","status":"denied","reason":"service_not_allowed","message":""", await client.AskAsync(Read.Replace("demo", "other", StringComparison.Ordinal)), StringComparison.Ordinal);

        await daemon.CliOkAsync("revoke", relay);
        Assert.Equal(Unregistered, await client.AskAsync(Read));
        Assert.Null(await client.ReadLineAsync());

        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
    }
}

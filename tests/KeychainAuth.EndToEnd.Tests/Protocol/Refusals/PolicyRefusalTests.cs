using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Refusals;

/// <summary>Refusals by policy: the connection is kept and goes on being served.</summary>
[SupportedOSPlatform("linux")]
public sealed class PolicyRefusalTests(RefusalDaemon fixture) : IClassFixture<RefusalDaemon>
{
    [Theory]
    [InlineData("read", ""","targets":["k"]""")]
    [InlineData("read", ""","match":"prefix","targets":["k"]""")]
    [InlineData("search", "")]
    public async Task Request_ServiceNotReadable_DeniedAndKept(string action, string rest) =>
        await AssertDeniedAsync(
            ["--write", "wo", "--search"], AskIn("wo", action, rest), action, "wo", "service_not_allowed", $"This program may not {action} in service 'wo'.");

    [Theory]
    [InlineData("write", ""","targets":["k"],"values":["v"]""")]
    [InlineData("delete", ""","targets":["k"]""")]
    [InlineData("delete", ""","match":"prefix","targets":["k"]""")]
    public async Task Request_ServiceNotWritable_DeniedAndKept(string action, string rest) =>
        await AssertDeniedAsync(
            ["--read", "ro", "--search"], AskIn("ro", action, rest), action, "ro", "service_not_allowed", $"This program may not {action} in service 'ro'.");

    [Theory]
    [InlineData("search", "")]
    [InlineData("search", ""","targets":["k"]""")]
    [InlineData("read", ""","match":"prefix","targets":["k"]""")]
    [InlineData("delete", ""","match":"prefix","targets":["k"]""")]
    public async Task Request_NeedsSearch_DeniedAndKept(string action, string rest) =>
        await AssertDeniedAsync(
            ["--read", "ns", "--write", "ns"], AskIn("ns", action, rest), action, "ns", "action_not_in_policy", "This program may not search, nor match by prefix.");

    [Theory]
    [InlineData("read", ""","targets":["app/k","k"]""", """["app/k","k"]""")]
    [InlineData("write", ""","targets":["app/k","k"],"values":["v","v"]""", """["app/k","k"]""")]
    [InlineData("delete", ""","targets":["application"]""", """["application"]""")]
    public async Task Request_TargetOutsidePattern_WholeBatchDeniedAndKept(string action, string rest, string targets)
    {
        JsonElement record = await AssertDeniedAsync(
            ["--read", "tg", "--write", "tg", "--search", "--target", "tg=app/*"], AskIn("tg", action, rest), action, "tg",
            "target_not_allowed", "A target lies outside what this program may use in service 'tg'.");
        Assert.Equal(targets, record.GetProperty("targets").GetRawText());
    }

    /// <summary>A prefix may match what lies outside: then it is refused as a whole, and nothing is deleted.</summary>
    [Fact]
    public async Task Request_MatchOutsidePattern_DeniedWithoutEffect()
    {
        await using RelayClient owner = await fixture.Daemon.ConnectRegisteredAsync("--read", "match", "--write", "match", "--search");
        Assert.Equal(Success, await owner.AskAsync(AskIn("match", "write", ""","targets":["app/k","apple"],"values":["1","2"]""")));
        await using RelayClient client = await fixture.Daemon.ConnectRegisteredAsync("--read", "match", "--write", "match", "--search", "--target", "match=app/*");
        string denied = Refused("denied", "target_not_allowed", "A target lies outside what this program may use in service 'match'.");

        Assert.Equal(denied, await client.AskAsync(AskIn("match", "search", "")));
        Assert.Equal(denied, await client.AskAsync(AskIn("match", "read", ""","match":"prefix","targets":["app"]""")));
        Assert.Equal(denied, await client.AskAsync(AskIn("match", "delete", ""","match":"prefix","targets":["app"]""")));
        Assert.Equal(Results("""{"target":"app/k"}"""), await client.AskAsync(AskIn("match", "search", ""","targets":["app/"]""")));
        Assert.Equal(Results("""{"target":"app/k"},{"target":"apple"}"""), await owner.AskAsync(AskIn("match", "search", "")));
        Assert.Equal(["search", "read", "delete"], Records(client, "target_not_allowed").Select(r => r.GetProperty("action").GetString()));
        await fixture.AssertBystanderServedAsync();
    }

    /// <summary>Past the date that a person set by hand in config.json.</summary>
    [Fact]
    public async Task Request_GrantExpired_DeniedAndKeptAndServedOnceProlonged()
    {
        await using RelayClient client = await fixture.Daemon.ConnectRegisteredAsync("--read", "ex", "--until", "1h");
        string request = AskIn("ex", "read", ""","targets":["k"],"id":3""");
        Assert.Equal("""{"type":"RESPONSE","status":"success","id":3}""", await client.AskAsync(request));

        await ConfigEdit.ApplyAsync(fixture.Daemon, client.Executable, entry => entry["expires_at"] = "2021-03-04T05:06:07Z");
        Assert.Equal(Refused("denied", "grant_expired", "The grant of this program ended at 2021-03-04T05:06:07Z.", "3"), await client.AskAsync(request));
        Assert.StartsWith("""{"type":"RESPONSE","status":"denied","reason":"grant_expired",""", await client.AskAsync("""{"type":"REQUEST","action":"check"}"""), StringComparison.Ordinal);
        Assert.Equal([("read", "DENIED"), ("check", "DENIED")], Records(client, "grant_expired").Select(r => (r.GetProperty("action").GetString(), r.GetProperty("result").GetString())));

        await fixture.Daemon.CliOkAsync("allow", client.Executable, "--until", "never");
        Assert.Equal("""{"type":"RESPONSE","status":"success","id":3}""", await client.AskAsync(request));
        await fixture.AssertBystanderServedAsync();
    }

    private async Task<JsonElement> AssertDeniedAsync(string[] grants, string request, string action, string service, string reason, string message)
    {
        await using RelayClient client = await fixture.Daemon.ConnectRegisteredAsync([.. grants, "--read", "kept", "--write", "kept"]);
        Assert.Equal(Refused("denied", reason, message), await client.AskAsync(request));

        JsonElement record = fixture.AssertAudited(client.ProcessId, action, "DENIED", reason, client.Executable);
        Assert.Equal((service, message), (record.GetProperty("service").GetString(), record.GetProperty("detail").GetString()));
        Assert.Equal(Success, await client.AskAsync(AskIn("kept", "write", ""","targets":["k"],"values":["v"]""")));
        await fixture.AssertBystanderServedAsync();
        return record;
    }

    private IEnumerable<JsonElement> Records(RelayClient client, string reason) =>
        fixture.Daemon.AuditRecords(reason).Where(r => r.GetProperty("pid").GetInt32() == client.ProcessId);
}

using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Refusals;

/// <summary>What a store's failures come to: an answer, an ERROR record beside the GRANTED one, and a connection that goes on.</summary>
[SupportedOSPlatform("linux")]
public sealed class StoreRefusalTests(RefusalDaemon fixture) : IClassFixture<RefusalDaemon>
{
    [Theory]
    [InlineData("Locked", "store_locked", "The test store fails with Locked.")]
    [InlineData("UserCancelled", "store_locked", "The test store fails with UserCancelled.")]
    [InlineData("Unavailable", "store_unavailable", "The test store fails with Unavailable.")]
    [InlineData("AccessDenied", "store_unavailable", "The test store fails with AccessDenied.")]
    [InlineData("Timeout", "store_unavailable", "The test store fails with Timeout.")]
    [InlineData("TooLarge", "value_too_large", "The test store fails with TooLarge.")]
    [InlineData("Corrupt", "internal_error", "The test store fails with Corrupt.")]
    [InlineData("partial", "store_unavailable", "The test store gave up. Items of the request that were done before: 1.")]
    [InlineData("crash", "internal_error", "The store 'test-failing-store' failed; the daemon's log says where.")]
    [InlineData("hang", "store_unavailable", "The store 'test-failing-store' did not answer within 1 seconds.")]
    public async Task Request_StoreFails_AnsweredAuditedAndKept(string failure, string reason, string message)
    {
        await using RelayClient client = await fixture.Daemon.ConnectRegisteredAsync("--read", "s", "--write", "s", "--search");
        string target = $",\"targets\":[\"fail:{failure}\"],\"id\":\"i\"";
        (string Action, string Request)[] requests =
        [
            ("write", AskIn("s", "write", target + ""","values":["a value that nobody may see"]""")),
            ("read", AskIn("s", "read", target)),
            ("delete", AskIn("s", "delete", target)),
            ("search", AskIn("s", "search", target)),
            ("read", AskIn("s", "read", target + ""","match":"prefix" """.TrimEnd())),
        ];
        foreach ((_, string request) in requests)
        {
            Assert.Equal(Refused("error", reason, message, "\"i\""), await client.AskAsync(request));
            await fixture.AssertBystanderServedAsync();
        }

        JsonElement[] records = [.. fixture.Daemon.AuditRecords(reason).Where(r => r.GetProperty("pid").GetInt32() == client.ProcessId)];
        Assert.Equal(requests.Select(r => (r.Action, "ERROR")), records.Select(r => (r.GetProperty("action").GetString()!, r.GetProperty("result").GetString()!)));
        Assert.All(records, r => Assert.Equal($"[\"fail:{failure}\"]", r.GetProperty("targets").GetRawText()));

        // Where names are looked up first nothing was granted yet when the store failed.
        Assert.Equal(["write", "read", "delete"], Granted(client));
        Assert.Equal(Success, await client.AskAsync(AskIn("s", "write", $",\"targets\":[\"{failure}\"],\"values\":[\"v\"]")));
        Assert.DoesNotContain("nobody", await File.ReadAllTextAsync(fixture.Daemon.AuditFile, TestContext.Current.CancellationToken) + fixture.Daemon.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_ValueThatIsNoText_InternalErrorAndKept()
    {
        await using RelayClient client = await fixture.Daemon.ConnectRegisteredAsync("--read", "s", "--write", "s");
        const string Message = "The value of 'binary' is not text, so it cannot be sent as JSON.";
        Assert.Equal(Refused("error", "internal_error", Message), await client.AskAsync(AskIn("s", "read", ""","targets":["binary","other"]""")));
        fixture.AssertAudited(client.ProcessId, "read", "ERROR", "internal_error", client.Executable);
        Assert.Equal(Success, await client.AskAsync(AskIn("s", "read", ""","targets":["absent"]""")));
        await fixture.AssertBystanderServedAsync();
    }

    private IEnumerable<string?> Granted(RelayClient client) =>
        from record in fixture.Daemon.AuditRecords()
        where record.GetProperty("result").GetString() == "GRANTED" && record.GetProperty("pid").GetInt32() == client.ProcessId
        select record.GetProperty("action").GetString();
}

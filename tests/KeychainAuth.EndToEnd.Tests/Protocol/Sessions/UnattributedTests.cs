using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Sessions;

/// <summary>
/// <c>"unattributed": "refuse"</c>. The daemon is stopped while a client connects and writes, so that the bytes are
/// certainly queued before it can pin anybody.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class UnattributedTests
{
    private static readonly string Request = AskIn("un", "read", ""","targets":["k"]""");

    [Theory]
    [InlineData("")]
    [InlineData("not a request")]
    [InlineData("""{"type":"HELLO","protocol":3}""")]
    [InlineData("""{"type":"REQUEST","action":"guess"}""")]
    public async Task Request_QueuedBeforeThePin_NotServedAndNextConnectionIs(string lineBefore)
    {
        await using TestDaemon daemon = await StartAsync("refuse");
        await using Speaker client = await Speaker.StartAsync(daemon, await Speaker.RegisterAsync(daemon, "--read", "un"));
        await ConnectAndQueueAsync(daemon, client, lineBefore);

        // What comes before may be answered, but the request never is.
        for (string? answer = await ReceiveOrEndAsync(client); answer is not null; answer = await ReceiveOrEndAsync(client))
        {
            Assert.Contains("malformed_request", answer, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(daemon.AuditRecords(), r => r.GetProperty("result").GetString() == "GRANTED");
        if (lineBefore != "not a request")
        {
            JsonElement record = Assert.Single(daemon.AuditRecords("unattributed"));
            Assert.Equal(
                ("connect", "DENIED", client.ProcessId),
                (record.GetProperty("action").GetString(), record.GetProperty("result").GetString(), record.GetProperty("pid").GetInt32()));
        }

        // Queued again, but made after the pin.
        await ConnectAndQueueAsync(daemon, client, "");
        Assert.Equal(Success, await client.ReceiveAsync());
    }

    [Fact]
    public async Task Request_QueuedBeforeThePin_ServedByDefault()
    {
        await using TestDaemon daemon = await StartAsync("serve");
        await using Speaker client = await Speaker.StartAsync(daemon, await Speaker.RegisterAsync(daemon, "--read", "un"));
        await ConnectAndQueueAsync(daemon, client, "");
        Assert.Equal(Success, await client.ReceiveAsync());
    }

    private static Task<TestDaemon> StartAsync(string unattributed) => TestDaemon.StartAsync(new TestDaemonOptions
    {
        ConfigJson = $$"""{"protocol_version": "1", "registered_binaries": [], "unattributed": "{{unattributed}}"}""",
    });

    private static async Task ConnectAndQueueAsync(TestDaemon daemon, Speaker client, string lineBefore)
    {
        await daemon.FreezeAsync();
        await client.DoAsync("connect");
        if (lineBefore.Length > 0)
        {
            await client.DoAsync($"send {lineBefore}");
        }

        await client.DoAsync($"send {Request}");
        await daemon.SignalAsync("CONT");
    }

    // Closed without an answer and with bytes left unread, the connection may end in a reset.
    private static async Task<string?> ReceiveOrEndAsync(Speaker client)
    {
        string? answer = await client.AskAsync("recv");
        return answer is null or "end" || answer.StartsWith("error ", StringComparison.Ordinal) ? null : answer;
    }
}

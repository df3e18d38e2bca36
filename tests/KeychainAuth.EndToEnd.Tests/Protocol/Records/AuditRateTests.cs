using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Protocol.Sessions;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Records;

/// <summary>Refusals in the audit log: none is lost, and none who knocks a thousand times can push out the rest.</summary>
[SupportedOSPlatform("linux")]
public sealed class AuditRateTests
{
    private const int Knocks = 200;

    // Ten of a kind are written out in ten seconds, and then how many came besides.
    private const int WrittenPerWindow = 11;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Refusal_OfAStrangerManyTimes_CountedRatherThanQuoted()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using Speaker stranger = await Speaker.StartAsync(daemon, await Speaker.CompileAsync(daemon));
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Knocks; i++)
        {
            await stranger.DoAsync("connect");
            Assert.Equal(Unregistered, await stranger.ReceiveAsync());
        }

        // Ending writes the counts that are still open.
        Assert.Equal(0, await daemon.StopAsync());
        AssertCounted(daemon.AuditRecords("unregistered_binary_pending_approval"), Stopwatch.GetElapsedTime(start));
        await daemon.CliOkAsync("audit", "verify");
    }

    /// <summary>Another kind of refusal, and whatever was granted, is written out meanwhile.</summary>
    [Fact]
    public async Task Refusal_OfARequestManyTimes_CountedWhileTheRestIsWritten()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "rate");
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Knocks; i++)
        {
            Assert.StartsWith("""{"type":"RESPONSE","status":"denied","reason":"service_not_allowed",""", await client.AskAsync(AskIn("other", "search", "")), StringComparison.Ordinal);
            Assert.Equal(Success, await client.AskAsync(AskIn("rate", "read", ""","targets":["k"]""")));
        }

        Assert.StartsWith("""{"type":"RESPONSE","status":"denied","reason":"action_not_in_policy",""", await client.AskAsync(AskIn("rate", "search", "")), StringComparison.Ordinal);
        Assert.Single(daemon.AuditRecords("action_not_in_policy"));
        Assert.Equal(0, await daemon.StopAsync());
        AssertCounted(daemon.AuditRecords("service_not_allowed"), Stopwatch.GetElapsedTime(start));
        Assert.Equal(Knocks, daemon.AuditRecords().Count(r => r.GetProperty("result").GetString() == "GRANTED"));
        await daemon.CliOkAsync("audit", "verify");
    }

    private static void AssertCounted(IEnumerable<JsonElement> records, TimeSpan within)
    {
        JsonElement[] all = [.. records];
        int[] repeated = [.. all.Select(Repeated).Where(count => count > 0)];
        Assert.NotEmpty(repeated);
        int windows = 1 + (int)(within / Window);
        Assert.True(all.Length <= WrittenPerWindow * windows, $"{all.Length} records were written within {within}.");
        Assert.Equal(Knocks, all.Length - repeated.Length + repeated.Sum());
    }

    private static int Repeated(JsonElement record) =>
        record.GetProperty("detail").GetString()!.Split(' ') is ["repeated", var count, "times"] ? int.Parse(count, CultureInfo.InvariantCulture) : 0;
}

using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.Lifecycle;

/// <summary>Secrets that went through the daemon are not in its memory afterwards.</summary>
[SupportedOSPlatform("linux")]
public sealed class MemoryCanaryTests
{
    private const int Rounds = 1000;
    private const string Success = """{"type":"RESPONSE","status":"success"}""";

    [Fact]
    public async Task Memory_SecretsWrittenReadAndDeleted_HoldsNoneOfThem()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may read the daemon's memory.");
        await using TestDaemon daemon = await TestDaemon.StartAsync();

        // A multiple of three bytes, so that its base64 form is the same wherever it begins a value.
        string canary = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await using (RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo"))
        {
            for (int i = 0; i < Rounds; i++)
            {
                await RoundAsync(client, $"{canary}-{i}", i);
            }

            // The search finds what is there: while the store holds it, it is in the store's memory.
            Assert.Equal(Success, await client.AskAsync(Request("write", "held", $"{canary}-held")));
            Assert.NotEmpty(ProcessMemory.Find(daemon.ProcessId, Encoding.UTF8.GetBytes($"{canary}-held")));
            Assert.Equal(Success, await client.AskAsync(Request("delete", "held")));
        }

        // Another connection's answer comes after the first one's end has been dealt with, in all likelihood; what is
        // certain is looked at again until time is up.
        await using RelayClient other = await daemon.ConnectRegisteredAsync("--read", "demo");
        Assert.Equal(Success, await other.AskAsync(Request("read", "held")));
        foreach (byte[] form in (byte[][])[Encoding.UTF8.GetBytes(canary), Encoding.Unicode.GetBytes(canary), Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(canary)))])
        {
            Assert.Empty(await ProcessMemory.FindLastingAsync(daemon.ProcessId, form, TestContext.Current.CancellationToken));
        }
    }

    private static async Task RoundAsync(RelayClient client, string value, int round)
    {
        string target = $"t{round % 7}";
        Assert.Equal(Success, await client.AskAsync(Request("write", target, value)));
        Assert.Equal(
            $$"""{"type":"RESPONSE","status":"success","results":[{"target":"{{target}}","value":"{{value}}"}]}""",
            await client.AskAsync(Request("read", target)));

        // What follows may not disturb it, and what is refused passes through the same buffers.
        Assert.Contains("service_not_allowed", await client.AskAsync(Request("write", target, value).Replace("demo", "other", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("malformed_request", await client.AskAsync($$"""{"type":"REQUEST","action":"write","service":"demo","targets":["a","b"],"values":["{{value}}"]}"""), StringComparison.Ordinal);
        if (round % 3 == 0 || round >= Rounds - 7)
        {
            Assert.Equal(Success, await client.AskAsync(Request("delete", target)));
        }
    }

    private static string Request(string action, string target, string? value = null) => value is null
        ? $$"""{"type":"REQUEST","action":"{{action}}","service":"demo","targets":["{{target}}"]}"""
        : $$"""{"type":"REQUEST","action":"{{action}}","service":"demo","targets":["{{target}}"],"values":["{{value}}"]}""";
}

using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Plugins;

/// <summary>What the tests of plugins share: a start that must fail, and a write and read that must work.</summary>
[SupportedOSPlatform("linux")]
internal static class PluginTest
{
    private const string Success = """{"type":"RESPONSE","status":"success"}""";

    internal static bool IsRoot { get; } = Environment.IsPrivilegedProcess;

    /// <summary>An ordinary user for the daemon where the tests run as root.</summary>
    internal static uint? OrdinaryUser => IsRoot ? 64210u : null;

    /// <summary>Starts a daemon that must refuse: exit code 1 and one sentence, which is returned.</summary>
    internal static async Task<string> RefusedStartAsync(TestDaemonOptions options)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync(options);
        return Sentence(await daemon.CliAsync(["start", .. options.Arguments]), daemon);
    }

    /// <summary>The one sentence of a daemon that did not start.</summary>
    internal static string Sentence(CommandResult result, TestDaemon daemon)
    {
        Assert.True(result.ExitCode == 1, result.ToString());
        string line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("keychain-authd: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(daemon.Socket));
        return line["keychain-authd: ".Length..];
    }

    /// <summary>Writes and reads a secret through a registered client.</summary>
    internal static async Task WriteAndReadAsync(TestDaemon daemon)
    {
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Success, await client.AskAsync("""{"type":"REQUEST","action":"write","service":"demo","targets":["k1"],"values":["v1"]}"""));
        Assert.Equal(
            """{"type":"RESPONSE","status":"success","results":[{"target":"k1","value":"v1"}]}""",
            await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["k1","gone"]}"""));
    }

    /// <summary>Reads a secret that a test store makes up.</summary>
    internal static async Task<string?> ReadAsync(TestDaemon daemon)
    {
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo");
        return await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["k1"]}""");
    }

    /// <summary>Ids of the plugins that the daemon's audit log says it loaded.</summary>
    internal static IEnumerable<string> LoadedByAudit(TestDaemon daemon) => daemon.AuditRecords()
        .Where(r => r.GetProperty("action").GetString() == "plugin")
        .Select(r => r.GetProperty("detail").GetString()!.Split(' ')[0]);
}

using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.Lifecycle;

/// <summary><c>doctor --self-test</c> on the plugins of this machine: the same that a person elsewhere runs and pastes.</summary>
[SupportedOSPlatform("linux")]
public sealed class SelfTestTests
{
    [Fact]
    public async Task SelfTest_ThisMachinesPlugins_NamesTheCallerAndLeavesNothingInTheStore()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        using JsonDocument report = JsonDocument.Parse(await daemon.CliOkAsync("doctor", "--self-test", "--json"));
        Dictionary<string, (string State, string Message)> found = report.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(
            check => check.GetProperty("name").GetString()!,
            check => (check.GetProperty("state").GetString()!, check.GetProperty("message").GetString()!));
        Assert.All(
            (string[])["peer", "caller", "sender", "unchanged", "attributable", "store write", "store read", "store delete", "store empty"],
            name => Assert.Equal((name, "ok"), (name, found.TryGetValue(name, out (string State, string Message) finding) ? finding.State : "missing")));
        Assert.Contains("keychain-auth, sha256:", found["caller"].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("self-test", await File.ReadAllTextAsync(daemon.Keyring, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}

using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Plugins;

/// <summary>A binary built against contract 1.0, never rebuilt: whatever a daemon of contract 1 becomes must load it.</summary>
[SupportedOSPlatform("linux")]
public sealed class FrozenPluginTests
{
    private static readonly string Frozen = Path.Combine(RepositoryPaths.Root, "tests", "TestPlugins", "Frozen", "test-frozen");

    [Fact]
    public async Task Start_PluginFrozenAtContract10_Serves()
    {
        using var plugins = new ForeignPlugins();
        plugins.Place(Frozen);
        plugins.WriteList();
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = plugins.Config("test-frozen") });
        await PluginTest.WriteAndReadAsync(daemon);
        Assert.Contains("test-frozen", PluginTest.LoadedByAudit(daemon));
    }

    // Rebuilding it would make the test above prove nothing.
    [Fact]
    public async Task Binary_Frozen_IsTheOneThatWasCheckedIn()
    {
        CommandResult result = await Command.RunAsync("sha256sum", ["--check", "--strict", "SHA256SUMS"], workingDirectory: Path.GetDirectoryName(Frozen));
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}

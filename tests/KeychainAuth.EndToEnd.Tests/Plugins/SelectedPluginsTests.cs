using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Plugins;

/// <summary>Only what was chosen is loaded, and only what was chosen matters.</summary>
[SupportedOSPlatform("linux")]
public sealed class SelectedPluginsTests
{
    private static readonly string[] Chosen = ["store-file", "transport-uds", "verify-linux"];

    [Fact]
    public async Task Start_UnusedPluginInTheTree_IsNeitherMappedNorAudited()
    {
        using TreeCopy tree = await TreeCopy.CreateAsync();
        await tree.AddAsync(Path.Combine(RepositoryPaths.TestPlugins, "test-good"));
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { Tree = tree.Path });
        await PluginTest.WriteAndReadAsync(daemon);

        Assert.Equal(Chosen, PluginTest.LoadedByAudit(daemon).Order(StringComparer.Ordinal));
        Assert.SkipUnless(PluginTest.IsRoot, "Reading the mappings of a process that cannot be dumped needs root; the audit records were looked at.");
        string[] mapped = [.. File.ReadLines($"/proc/{daemon.ProcessId}/maps")
            .Where(line => line.Contains(tree.Plugin(""), StringComparison.Ordinal))
            .Select(line => Path.GetFileName(Path.GetDirectoryName(line[line.IndexOf('/', StringComparison.Ordinal)..])!))
            .Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(Chosen, mapped);
    }

    [Fact]
    public async Task Start_AuditOfPlugins_CarriesVersionAndHashOfTheAssembly()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        foreach (string id in Chosen)
        {
            string assembly = Path.Combine(RepositoryPaths.Tree, "plugins", id, id + ".dll");
            System.Text.Json.JsonElement record = Assert.Single(daemon.AuditRecords(), r => r.GetProperty("action").GetString() == "plugin"
                && r.GetProperty("detail").GetString() == $"{id} 4.0.0.0");
            Assert.Equal(assembly, record.GetProperty("binary_path").GetString());
            byte[] content = await File.ReadAllBytesAsync(assembly, TestContext.Current.CancellationToken);
            Assert.Equal("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)), record.GetProperty("binary_hash").GetString());
        }
    }

    [Fact]
    public async Task Start_UnusedPluginsFolderRemoved_ChangesNothing()
    {
        using TreeCopy tree = await TreeCopy.CreateAsync();
        await tree.AddAsync(Path.Combine(RepositoryPaths.TestPlugins, "test-good"));
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { Tree = tree.Path });
        Assert.True(tree.Remove("test-good"));
        await PluginTest.WriteAndReadAsync(daemon);
        Assert.Equal(0, await daemon.StopAsync());

        await daemon.StartProcessAsync();
        await PluginTest.WriteAndReadAsync(daemon);
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Theory]
    [InlineData("transport-uds", "transport", "'transport-uds'")]
    [InlineData("verify-linux", "verifier", "'verify-linux'")]
    [InlineData("store-file", "store", "store-file")]
    public async Task Start_NeededPluginsFolderRemoved_NamesIt(string id, string kind, string named)
    {
        using TreeCopy tree = await TreeCopy.CreateAsync();
        Assert.True(tree.Remove(id));
        string sentence = await PluginTest.RefusedStartAsync(new TestDaemonOptions { Tree = tree.Path });
        Assert.StartsWith($"No {kind} plugin fits this machine", sentence, StringComparison.Ordinal);
        Assert.Contains(named, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NeededPluginIsDamaged_DoesNotSlipToAnother()
    {
        using TreeCopy tree = await TreeCopy.CreateAsync();
        await tree.AddAsync(Path.Combine(RepositoryPaths.TestPlugins, "test-good"));
        string assembly = Path.Combine(tree.Plugin("store-file"), "store-file.dll");
        await File.WriteAllBytesAsync(assembly, (await File.ReadAllBytesAsync(assembly, TestContext.Current.CancellationToken))[..4096], TestContext.Current.CancellationToken);
        string sentence = await PluginTest.RefusedStartAsync(new TestDaemonOptions { Tree = tree.Path });
        Assert.Contains("'store-file'", sentence, StringComparison.Ordinal);
        Assert.Contains("is not a .NET assembly", sentence, StringComparison.Ordinal);
    }
}

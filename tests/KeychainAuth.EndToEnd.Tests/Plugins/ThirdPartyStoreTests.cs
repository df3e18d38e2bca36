using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Plugins;

/// <summary>A store that somebody outside wrote and built from our packages, at work in the real daemon.</summary>
[SupportedOSPlatform("linux")]
public sealed class ThirdPartyStoreTests
{
    [Fact]
    public async Task Start_StoreBuiltFromPackages_WritesReadsAndTakesItsSettings()
    {
        using PackageWorkspace workspace = await PackageWorkspace.CreateAsync(TestContext.Current.CancellationToken);
        using var plugins = new ForeignPlugins();
        plugins.Place(await ThirdPartyPlugin.BuildAsync(workspace, TestContext.Current.CancellationToken));
        plugins.WriteList();

        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = Config(plugins, "greeting", "Acme says hello.") });
        await PluginTest.WriteAndReadAsync(daemon);
        Assert.Contains(ThirdPartyPlugin.Id, PluginTest.LoadedByAudit(daemon));
        await daemon.WaitForOutputAsync("Acme says hello.").WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.False(File.Exists(daemon.Keyring));

        string sentence = await PluginTest.RefusedStartAsync(new TestDaemonOptions { ConfigJson = Config(plugins, "greetings", "typo") });
        Assert.Equal("Plugin 'acme-store' failed to start: Setting 'greetings' is unknown to acme-store; it knows 'greeting'.", sentence);
    }

    private static string Config(ForeignPlugins plugins, string setting, string value) => JsonSerializer.Serialize(new
    {
        plugins = new
        {
            store = ThirdPartyPlugin.Id,
            directories = new[] { plugins.Path },
            settings = new Dictionary<string, object> { [ThirdPartyPlugin.Id] = new Dictionary<string, string> { [setting] = value } },
        },
    });
}

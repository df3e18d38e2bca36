using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Plugins;

/// <summary><c>keychain-auth plugins</c>, and how the environment chooses the store.</summary>
[SupportedOSPlatform("linux")]
public sealed class ExplainPluginsTests
{
    private static readonly Dictionary<string, string> Desktop = new() { ["DISPLAY"] = ":0" };

    [Fact]
    public async Task Plugins_Text_ListsEachCandidateWithItsReason()
    {
        using var foreign = ForeignPlugins.With("test-good", "test-wrong-major");
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { ConfigJson = foreign.Config(null) });
        string text = await daemon.CliOkAsync("plugins");
        Assert.StartsWith("environment: ", text, StringComparison.Ordinal);
        AssertLine(text, "transport", "transport-uds", "taken", "Matches this machine");
        AssertLine(text, "verifier", "verify-linux", "taken", "Matches this machine");
        AssertLine(text, "store", "store-file", "taken", "Matches this machine");
        AssertLine(text, "store", "test-good", "passed-over", "store-file comes first");
        AssertLine(text, "store", "test-wrong-major", "refused", "was built for contract 2");
        Assert.False(File.Exists(daemon.AuditFile));
    }

    [Fact]
    public async Task Plugins_Json_SaysTheSame()
    {
        using var foreign = ForeignPlugins.With("test-good", "test-wrong-major");
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { ConfigJson = foreign.Config("test-good") });
        JsonElement root = JsonDocument.Parse(await daemon.CliOkAsync("plugins", "--json")).RootElement;
        Assert.Contains(root.GetProperty("environment").EnumerateArray(), m => m.GetString() == "headless");
        Assert.Equal(JsonValueKind.Null, root.GetProperty("fault").ValueKind);
        Dictionary<string, JsonElement> plugins = root.GetProperty("plugins").EnumerateArray().ToDictionary(p => p.GetProperty("id").GetString()!);
        Assert.Equal("taken", plugins["test-good"].GetProperty("outcome").GetString());
        Assert.Equal("Chosen by a person.", plugins["test-good"].GetProperty("reason").GetString());
        Assert.Equal(foreign.Folder("test-good"), plugins["test-good"].GetProperty("folder").GetString());
        Assert.Equal("passed-over", plugins["store-file"].GetProperty("outcome").GetString());
        Assert.Equal("refused", plugins["test-wrong-major"].GetProperty("outcome").GetString());
        Assert.Equal("verifier", plugins["verify-linux"].GetProperty("kind").GetString());
        Assert.Equal("4.0.0.0", plugins["verify-linux"].GetProperty("version").GetString());
    }

    [Fact]
    public async Task Plugins_Fault_ExitsWith1AndSaysWhatWouldHappen()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        CommandResult text = await daemon.CliAsync("plugins", "--store", "no-such-store");
        Assert.Equal(1, text.ExitCode);
        Assert.Contains("The daemon would not start: The chosen store plugin 'no-such-store' was not found.", text.Output, StringComparison.Ordinal);
        CommandResult json = await daemon.CliAsync("plugins", "--json", "--store", "no-such-store");
        Assert.Equal(1, json.ExitCode);
        Assert.Equal("The chosen store plugin 'no-such-store' was not found.", JsonDocument.Parse(json.Output).RootElement.GetProperty("fault").GetString());
    }

    [Theory]
    [InlineData("", "store-file")]
    [InlineData("WSL_DISTRO_NAME=Debian", "store-file")]
    [InlineData("WSL_INTEROP=/run/WSL/1_interop DISPLAY=:0", "store-file")]
    [InlineData("WSL_DISTRO_NAME=Debian WAYLAND_DISPLAY=wayland-0", "store-file")]
    [InlineData("SSH_CONNECTION=x", "store-file")]
    [InlineData("DISPLAY=:0", null)]
    [InlineData("WAYLAND_DISPLAY=wayland-0", null)]
    [InlineData("DISPLAY=:0 SSH_CONNECTION=x", null)]
    public async Task Plugins_Environment_ChoosesTheStore(string variables, string? store)
    {
        using TreeCopy tree = await TreeCopy.CreateAsync();
        tree.Remove("store-secretservice");
        Dictionary<string, string> environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { Tree = tree.Path, Environment = environment });
        JsonElement root = JsonDocument.Parse((await daemon.CliAsync("plugins", "--json")).Output).RootElement;
        IEnumerable<string?> taken = root.GetProperty("plugins").EnumerateArray()
            .Where(p => p.GetProperty("kind").GetString() == "store" && p.GetProperty("outcome").GetString() == "taken")
            .Select(p => p.GetProperty("id").GetString());
        Assert.Equal(store is null ? [] : [store], taken);
        Assert.Equal(store is null, root.GetProperty("fault").ValueKind == JsonValueKind.String);
    }

    [Fact]
    public async Task Start_DesktopWithoutItsKeychain_RefusesAndTheFileMustBeChosenOnPurpose()
    {
        using TreeCopy tree = await TreeCopy.CreateAsync();
        tree.Remove("store-secretservice");
        var options = new TestDaemonOptions { Tree = tree.Path, Environment = Desktop };
        string sentence = await PluginTest.RefusedStartAsync(options);
        Assert.Contains("'store-file'", sentence, StringComparison.Ordinal);
        Assert.Contains("choose one on purpose with --store ID or plugins.store in config.json", sentence, StringComparison.Ordinal);

        await using (TestDaemon byOption = await TestDaemon.StartAsync(options with { Arguments = ["--store", "store-file"] }))
        {
            await PluginTest.WriteAndReadAsync(byOption);
            Assert.True(File.Exists(byOption.Keyring));
        }

        await using TestDaemon byConfig = await TestDaemon.StartAsync(options with { ConfigJson = """{"plugins":{"store":"store-file"}}""" });
        Assert.Contains("store-file", PluginTest.LoadedByAudit(byConfig));
    }

    [Fact]
    public async Task Start_OptionAndConfigDisagree_TheOptionWins()
    {
        using var foreign = ForeignPlugins.With("test-good");
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = foreign.Config("test-good"), Arguments = ["--store", "store-file"] });
        Assert.Contains("store-file", PluginTest.LoadedByAudit(daemon));
        Assert.DoesNotContain("test-good", PluginTest.LoadedByAudit(daemon));
    }

    private static void AssertLine(string text, string kind, string id, string outcome, string reason)
    {
        string line = Assert.Single(text.Split('\n'), l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var second, ..] && second == id);
        Assert.Equal([kind, id, outcome], line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..3]);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }
}

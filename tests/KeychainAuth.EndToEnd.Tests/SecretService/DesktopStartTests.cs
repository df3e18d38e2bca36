using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Plugins;
using KeychainAuth.Tests.Support;
using KeychainAuth.Tests.Support.SecretService;

namespace KeychainAuth.EndToEnd.Tests.SecretService;

/// <summary>How the daemon starts, refuses to start, and stops where a desktop's keychain is expected.</summary>
[SupportedOSPlatform("linux")]
public sealed class DesktopStartTests
{
    private const int Rounds = 50;

    [Theory]
    [InlineData("", "store-file", "It needs 'desktop', which is not here.")]
    [InlineData("DISPLAY=:0", "store-secretservice", "Matches this machine (priority 100).")]
    [InlineData("WAYLAND_DISPLAY=wayland-0", "store-secretservice", "Matches this machine (priority 100).")]
    [InlineData("DISPLAY=:0 SSH_CONNECTION=x container=podman", "store-secretservice", "Matches this machine (priority 100).")]
    [InlineData("DISPLAY=:0 WSL_DISTRO_NAME=Debian", "store-file", "It needs 'desktop', which is not here.")]
    [InlineData("WAYLAND_DISPLAY=wayland-0 WSL_INTEROP=/run/WSL/1_interop", "store-file", "It needs 'desktop', which is not here.")]
    [InlineData("SSH_CONNECTION=x DBUS_SESSION_BUS_ADDRESS=unix:path=/x", "store-file", "It needs 'desktop', which is not here.")]
    public async Task Plugins_Environment_ChoosesAndExplainsEachStore(string variables, string taken, string reason)
    {
        Dictionary<string, string> environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { Environment = environment });
        JsonElement root = JsonDocument.Parse(await daemon.CliOkAsync("plugins", "--json")).RootElement;
        Dictionary<string, JsonElement> stores = root.GetProperty("plugins").EnumerateArray()
            .Where(p => p.GetProperty("kind").GetString() == "store").ToDictionary(p => p.GetProperty("id").GetString()!);
        Assert.Equal(["store-file", "store-secretservice"], stores.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([taken], stores.Where(s => s.Value.GetProperty("outcome").GetString() == "taken").Select(s => s.Key));
        Assert.Equal(reason, stores["store-secretservice"].GetProperty("reason").GetString());
        string other = taken == "store-file" ? "Matches this machine (priority 10)." : "It is not for an environment with 'desktop'.";
        Assert.Equal(other, stores["store-file"].GetProperty("reason").GetString());

        string text = await daemon.CliOkAsync("plugins");
        Assert.Contains(reason, text, StringComparison.Ordinal);
        Assert.Contains(other, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DesktopWithoutABus_RefusesAndSaysWhatMendsIt()
    {
        string sentence = await PluginTest.RefusedStartAsync(new TestDaemonOptions { Environment = new Dictionary<string, string> { ["DISPLAY"] = ":0" } });
        Assert.StartsWith("The store 'store-secretservice' cannot be used: There is no session bus", sentence, StringComparison.Ordinal);
        Assert.Contains("choose it with --store ID or plugins.store in config.json", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DesktopWithoutAProvider_RefusesAndNamesTheProviders()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        var options = new TestDaemonOptions { Environment = Desktop.Environment(bus) };
        string sentence = await PluginTest.RefusedStartAsync(options);
        foreach (string expected in (string[])["Nobody provides the Secret Service", "GNOME Keyring", "KWallet", "KeePassXC", "--store ID"])
        {
            Assert.Contains(expected, sentence, StringComparison.Ordinal);
        }

        await using TestDaemon onPurpose = await TestDaemon.StartAsync(options with { Arguments = ["--store", "store-file"] });
        await PluginTest.WriteAndReadAsync(onPurpose);
    }

    [Fact]
    public async Task Start_LibsecretIsNotInstalled_NamesThePackage()
    {
        Assert.SkipUnless(PluginTest.IsRoot, "Hiding a library needs root.");
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await FakeProvider.StartAsync(bus);
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { Environment = Desktop.Environment(bus) });

        // In a mount namespace of its own, and for this one process.
        const string Hidden = "mount --bind /dev/null \"$(ldconfig -p | sed -n 's/.*libsecret-1.so.0.*=> //p' | head -n 1 | xargs readlink -f)\" && exec \"$0\" start";
        CommandResult result = await daemon.RunAsync("unshare", "--mount", "sh", "-c", Hidden, Path.Combine(RepositoryPaths.Tree, "keychain-auth"));
        Assert.Contains("install the package libsecret-1-0", PluginTest.Sentence(result, daemon), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_KeyringIsLocked_StartsAndServesOnceItIsOpen()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        FakeProvider provider = await FakeProvider.StartAsync(bus, "locked=yes", "prompt=dismiss");
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { Environment = Desktop.Environment(bus) });
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo");
        string? refused = await client.AskAsync(Desktop.Read("k1"));
        Assert.StartsWith("""{"type":"RESPONSE","status":"error","reason":"store_locked","message":"The keychain's prompt was dismissed""", refused, StringComparison.Ordinal);
        await provider.SetAsync("locked=no");
        Assert.Equal(Desktop.Success, await client.AskAsync(Desktop.Read("k1")));
        Assert.Contains(daemon.AuditRecords(), r => r.GetProperty("result").GetString() == "ERROR");
    }

    [Fact]
    public async Task Daemon_ProviderHangs_AnswersOthersAndRecoversWithoutARestart()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        FakeProvider provider = await FakeProvider.StartAsync(bus, "hang=SearchItems");

        // Long enough for a provider that does answer, on a busy machine; one that does not is waited for this long.
        const string Config = """{"plugins":{"settings":{"store-secretservice":{"timeout_seconds":"10"}}}}""";
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { Environment = Desktop.Environment(bus), ConfigJson = Config });
        await using RelayClient hung = await daemon.ConnectRegisteredAsync("--read", "demo");
        await using RelayClient other = await daemon.ConnectRegisteredAsync("--read", "demo");
        Task<string?> waiting = hung.AskAsync(Desktop.Read("k1"));
        await provider.WaitForCallAsync("SearchItems");
        Assert.Contains("\"target\":\"demo\"", await other.AskAsync("""{"type":"REQUEST","action":"check","service":"demo","targets":[]}"""), StringComparison.Ordinal);
        Assert.Contains("service_not_allowed", await other.AskAsync(Desktop.Read("k1").Replace("demo", "else", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.StartsWith("""{"type":"RESPONSE","status":"error","reason":"store_unavailable","message":"The Secret Service did not answer within 10 seconds""", await waiting, StringComparison.Ordinal);

        await provider.KillAsync();
        Assert.Contains("Nobody provides the Secret Service", await hung.AskAsync(Desktop.Read("k1")), StringComparison.Ordinal);
        await FakeProvider.StartAsync(bus);
        Assert.Equal(Desktop.Success, await hung.AskAsync(Desktop.Read("k1")));
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Fact]
    public async Task StartAndStop_AHundredTimesWithAndWithoutABus_LeavesNoProcess()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await FakeProvider.StartAsync(bus);
        await using TestDaemon with = await TestDaemon.CreateAsync(new TestDaemonOptions { Environment = Desktop.Environment(bus) });
        await using TestDaemon without = await TestDaemon.CreateAsync(new TestDaemonOptions { Environment = new Dictionary<string, string> { ["DISPLAY"] = ":0" } });
        string[] before = await ProcessesAsync(bus, with, without);
        for (int round = 0; round < Rounds; round++)
        {
            await with.StartProcessAsync();
            Assert.Equal(0, await with.StopAsync());
            CommandResult refused = await without.CliAsync("start");
            Assert.Contains("There is no session bus", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, await ProcessesAsync(bus, with, without));
    }

    // Whatever has to do with these three places, whoever started it; and any launcher of a bus at all.
    private static async Task<string[]> ProcessesAsync(PrivateBus bus, params TestDaemon[] daemons)
    {
        string[] places = [bus.Home, .. daemons.Select(daemon => daemon.Home)];
        var found = new List<string>();
        foreach (string directory in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                string environment = await File.ReadAllTextAsync(Path.Combine(directory, "environ"), TestContext.Current.CancellationToken);
                string name = (await File.ReadAllTextAsync(Path.Combine(directory, "comm"), TestContext.Current.CancellationToken)).Trim();
                if (name == "dbus-launch" || places.Any(place => environment.Contains(place, StringComparison.Ordinal)))
                {
                    found.Add($"{Path.GetFileName(directory)} {name}");
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }
}

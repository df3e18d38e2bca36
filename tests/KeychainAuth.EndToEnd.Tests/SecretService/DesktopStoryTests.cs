using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Plugins;
using KeychainAuth.EndToEnd.Tests.Users;
using KeychainAuth.Tests.Support.SecretService;

namespace KeychainAuth.EndToEnd.Tests.SecretService;

/// <summary>The same commands on a desktop, without a display, and under WSL: which store they reach, without any configuration.</summary>
[SupportedOSPlatform("linux")]
public sealed class DesktopStoryTests
{
    // A bus lets in users that are in the user database only.
    private const uint Nobody = 65534;

    [Fact]
    public async Task Daemon_OnADesktop_PythonReadsWhatGnomeKeyringHolds()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await bus.StartGnomeKeyringAsync();
        await Desktop.StoreAsync(bus, "k1", "held by GNOME Keyring");
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { Environment = Desktop.Environment(bus) });
        await Desktop.RegisterPythonAsync(daemon);

        Assert.Equal(
            $"{Desktop.Answer("k1", "held by GNOME Keyring")}\n{Desktop.Success}\n{Desktop.Answer("k2", "written")}\n",
            await Desktop.AskAsync(daemon, Desktop.Read("k1"), Desktop.Write("k2", "written"), Desktop.Read("k2")));
        Assert.Equal("written", await bus.RunOkAsync("secret-tool", ["lookup", "service", "demo", "username", "k2"]));
        Assert.Contains("store-secretservice", PluginTest.LoadedByAudit(daemon));
        Assert.False(File.Exists(daemon.Keyring));
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Theory]
    [InlineData("headless")]
    [InlineData("WSL_DISTRO_NAME")]
    [InlineData("WSL_INTEROP")]
    public async Task Daemon_WithoutADisplayOrUnderWsl_TheSameCommandsUseTheFile(string how)
    {
        // The keyring is there and holds a secret; it is the environment that decides.
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await bus.StartGnomeKeyringAsync();
        await Desktop.StoreAsync(bus, "k1", "held by GNOME Keyring");
        Dictionary<string, string> environment = Desktop.Environment(bus, ("WAYLAND_DISPLAY", "wayland-0"));
        if (how == "headless")
        {
            environment.Remove("DISPLAY");
            environment.Remove("WAYLAND_DISPLAY");
        }
        else
        {
            environment[how] = "Debian";
        }

        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { Environment = environment });
        await Desktop.RegisterPythonAsync(daemon);
        Assert.Equal(
            $"{Desktop.Success}\n{Desktop.Success}\n{Desktop.Answer("k2", "written")}\n",
            await Desktop.AskAsync(daemon, Desktop.Read("k1"), Desktop.Write("k2", "written"), Desktop.Read("k2")));
        Assert.Contains("demo:k2", await File.ReadAllTextAsync(daemon.Keyring, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("store-file", PluginTest.LoadedByAudit(daemon));
    }

    [Fact]
    public async Task Daemon_AsAnOrdinaryUser_ReadsThroughItsOwnBus()
    {
        OtherUser.Require();
        using UserTree tree = await UserTree.FindAsync(Nobody);
        await using PrivateBus bus = await PrivateBus.StartAsync(Nobody);
        await bus.StartGnomeKeyringAsync();
        await Desktop.StoreAsync(bus, "k1", "v1");
        await using TestDaemon daemon = await TestDaemon.StartAsync(
            new TestDaemonOptions { Environment = Desktop.Environment(bus), UserId = Nobody, Tree = tree.Path });
        Assert.Equal(Desktop.Answer("k1", "v1"), await PluginTest.ReadAsync(daemon));
    }
}

using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreSecretService;
using KeychainAuth.Tests.Support;
using KeychainAuth.Tests.Support.SecretService;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>No bus, no provider, a bus that hangs or dies: each its own answer, and an end to it.</summary>
[SupportedOSPlatform("linux")]
public sealed class BusStateTests : SecretServiceTest
{
    [Theory]
    [InlineData("")]
    [InlineData("autolaunch:")]
    [InlineData("unixexec:path=/bin/false")]
    [InlineData("tcp:host=localhost,port=1")]
    [InlineData("unix:path=/nowhere;autolaunch:")]
    public async Task ReadAsync_NoUsableBusInTheEnvironment_SaysSo(string address)
    {
        var settings = SecretServiceSettings.From(PluginContexts.Create("store-secretservice", Bus.Home));
        await using var store = new SecretServiceStore(settings, name => name == "DBUS_SESSION_BUS_ADDRESS" ? address : null, Log, TimeProvider.System);
        await FailsAsync(StoreError.Unavailable, "There is no session bus", () => ReadAsync(store, "k"));
        Assert.Equal(StoreState.Unavailable, (await SecretServiceStores.ProbeAsync(store)).State);
    }

    [Fact]
    public async Task ReadAsync_BusInTheRuntimeDirectory_IsFound()
    {
        await FakeProvider.StartAsync(Bus);
        var settings = SecretServiceSettings.From(PluginContexts.Create("store-secretservice", Bus.Home));
        await using var store = new SecretServiceStore(settings, name => name == "XDG_RUNTIME_DIR" ? Bus.Environment[name] : null, Log, TimeProvider.System);
        await WriteAsync(store, "k", "v");
        Assert.Equal("v", await ReadAsync(store, "k"));
    }

    [Fact]
    public async Task ReadAsync_BusIsGone_SaysSoAndRecoversWithTheNextBus()
    {
        await FakeProvider.StartAsync(Bus);
        ISecretStore store = Open();
        await WriteAsync(store, "k", "v");
        await Bus.StopDaemonAsync();

        // The first call may be the one that finds out.
        await SecretServiceStores.FailsAsync(StoreError.Unavailable, () => ReadAsync(store, "k"));
        await FailsAsync(StoreError.Unavailable, "The session bus does not let the daemon in", () => ReadAsync(store, "k"));

        await Bus.StartDaemonAsync();
        await FakeProvider.StartAsync(Bus);
        await WriteAsync(store, "k", "again");
        Assert.Equal("again", await ReadAsync(store, "k"));
    }

    [Fact]
    public async Task ReadAsync_BusDiesMidway_SaysSo()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "hang=SearchItems");
        ISecretStore store = Open();
        Task<string?> reading = ReadAsync(store, "k");
        await provider.WaitForCallAsync("SearchItems");
        await Bus.StopDaemonAsync();
        await FailsAsync(StoreError.Unavailable, "The session bus went away in the middle of the call", () => reading);
    }

    [Fact]
    public async Task ReadAsync_BusHangs_TimesOutAndRecovers()
    {
        await FakeProvider.StartAsync(Bus);
        var time = new SteppedTime();
        ISecretStore connected = Open(time);
        await WriteAsync(connected, "k", "v");
        await Signals.SendAsync(Bus.DaemonProcessId, "STOP");
        try
        {
            await TimesOutAsync(time, "did not answer within 10 seconds", ReadAsync(connected, "k"));
            await FailsAsync(StoreError.Timeout, "The session bus did not answer within 1 seconds", () => ReadAsync(Open(("timeout_seconds", "1")), "k"));
        }
        finally
        {
            await Signals.SendAsync(Bus.DaemonProcessId, "CONT");
        }

        Assert.Equal("v", await ReadAsync(connected, "k"));
    }

    [Fact]
    public async Task ReadAsync_NoProvider_SaysSoAndRecoversWhenOneComes()
    {
        ISecretStore store = Open();
        await FailsAsync(StoreError.Unavailable, "Nobody provides the Secret Service", () => ReadAsync(store, "k"));
        StoreHealth health = await SecretServiceStores.ProbeAsync(store);
        Assert.Equal(StoreState.Unavailable, health.State);
        Assert.Contains("GNOME Keyring", health.Message, StringComparison.Ordinal);

        await FakeProvider.StartAsync(Bus);
        await WriteAsync(store, "k", "v");
        Assert.Equal("v", await ReadAsync(store, "k"));
    }

    [Fact]
    public async Task ReadAsync_ProviderThatTheBusCanStart_IsStarted()
    {
        Bus.MakeActivatable($"/usr/bin/python3 {FakeProvider.Script}");
        await Bus.StopDaemonAsync();
        await Bus.StartDaemonAsync();
        ISecretStore store = Open();
        await WriteAsync(store, "k", "v");
        Assert.Equal("v", await ReadAsync(store, "k"));
    }

    [Fact]
    public async Task ReadAsync_ProviderThatFailsToStart_SaysSo()
    {
        Bus.MakeActivatable("/bin/false");
        await Bus.StopDaemonAsync();
        await Bus.StartDaemonAsync();
        await FailsAsync(StoreError.Unavailable, "could not start the Secret Service", () => ReadAsync(Open(), "k"));
    }

    [Fact]
    public async Task OpenAndDispose_AHundredTimesWithAndWithoutABus_LeavesNoProcessAndNoThread()
    {
        await FakeProvider.StartAsync(Bus);
        await UseAsync(0);
        string[] before = await ProcessesAsync();
        int threads = CountThreads();
        for (int round = 0; round < 100; round++)
        {
            await UseAsync(round);
        }

        Assert.Equal(before, await ProcessesAsync());

        // Tests beside this one have stores too, but not a hundred.
        Assert.InRange(CountThreads(), 0, threads + 40);

        async Task UseAsync(int round)
        {
            (string, string)[] settings = round % 2 == 0 ? [] : [("bus_address", $"unix:path={Bus.Combine("run", "nowhere")}")];
            ISecretStore store = SecretServiceStores.Open(Bus, SecretServiceStores.Desktop, Log, null, settings);
            Assert.Equal(round % 2 == 0 ? StoreState.Ready : StoreState.Unavailable, (await SecretServiceStores.ProbeAsync(store)).State);
            await store.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        }
    }

    // Those of stores and of GLib, and not those of the runtime, whose pool grows as it likes.
    private static int CountThreads() => Directory.EnumerateDirectories("/proc/self/task").Count(thread =>
    {
        try
        {
            string name = File.ReadAllText(Path.Combine(thread, "comm"));
            return name.StartsWith("store-secretser", StringComparison.Ordinal) || name.StartsWith("gdbus", StringComparison.Ordinal)
                || name.StartsWith("gmain", StringComparison.Ordinal) || name.StartsWith("pool-", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // It has just ended.
            return false;
        }
    });

    // Everything that runs in this test's directories or calls itself after D-Bus or a keyring.
    private async Task<string[]> ProcessesAsync()
    {
        CommandResult list = await Command.RunAsync("ps", ["-eo", "pid=,comm=,args="]);
        return [.. list.Output.Split('\n').Where(line => line.Contains(Bus.Home[..Bus.Home.LastIndexOf('/')], StringComparison.Ordinal) || line.Contains("dbus-launch", StringComparison.Ordinal))];
    }
}

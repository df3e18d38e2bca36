using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Tests.Support.SecretService;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>A real provider on a bus of its own, started once for the tests of a class.</summary>
[SupportedOSPlatform("linux")]
public abstract class ProviderFixture : IAsyncLifetime
{
    private const string WaitUntilOpen = """
        from gi.repository import Gio, GLib
        NAME, PATH = "org.freedesktop.secrets", "/org/freedesktop/secrets"
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        def call(path, interface, method, arguments):
            return bus.call_sync(NAME, path, interface, method, arguments, None, 0, 5000, None)
        def check(*_):
            path = call(PATH, "org.freedesktop.Secret.Service", "ReadAlias", GLib.Variant("(s)", ("default",))).unpack()[0]
            if path != "/" and not call(path, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", ("org.freedesktop.Secret.Collection", "Locked"))).unpack()[0]:
                loop.quit()
        loop = GLib.MainLoop()
        bus.signal_subscribe(NAME, None, None, None, None, 0, check)
        GLib.idle_add(lambda: check() and False)
        GLib.timeout_add_seconds(60, lambda: exit("The provider's collection did not open."))
        loop.run()
        """;

    private PrivateBus? _bus;

    internal PrivateBus Bus => _bus!;

    public async ValueTask InitializeAsync()
    {
        _bus = await PrivateBus.StartAsync();
        await StartProviderAsync(_bus);
    }

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
        {
            await _bus.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the store on this provider.</summary>
    internal ISecretStore Open(params (string Key, string Value)[] settings) => SecretServiceStores.Open(Bus, SecretServiceStores.Desktop, new RecordingPluginLog(), null, settings);

    /// <summary>Removes what the store has written.</summary>
    internal Task ClearAsync() => SecretServiceStores.ClearAsync(Bus);

    /// <summary>Waits until the default collection is there and open, told by the provider's own signals.</summary>
    private protected static Task WaitUntilOpenAsync(PrivateBus bus) => bus.RunOkAsync("/usr/bin/python3", ["-c", WaitUntilOpen]);

    private protected abstract Task StartProviderAsync(PrivateBus bus);
}

using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Support;
using KeychainAuth.Tests.Support.SecretService;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>The states of the real GNOME Keyring: locked, without a prompter, stopped, killed and started again.</summary>
[SupportedOSPlatform("linux")]
public sealed class GnomeKeyringStateTests : SecretServiceTest
{
    private const string ServicePath = "/org/freedesktop/secrets";

    [Fact]
    public async Task ReadAsync_Locked_SaysSoUntilItIsUnlocked()
    {
        await Bus.StartGnomeKeyringAsync();
        ISecretStore headless = OpenHeadless();
        await WriteAsync(headless, "k", "v");
        await CallAsync("org.freedesktop.Secret.Service.Lock", "['/org/freedesktop/secrets/collection/login']");

        // libsecret's own lookup finds nothing here, and no error.
        Assert.Equal("", (await Bus.RunAsync("secret-tool", ["lookup", "service", "demo", "username", "k"])).Output);
        await FailsAsync(StoreError.Locked, "no display", () => ReadAsync(headless, "k"));
        await FailsAsync(StoreError.Locked, "no display", () => ReadAsync(headless, "absent"));
        await FailsAsync(StoreError.Locked, "locked", async () => await headless.SearchAsync("demo", [], Cancellation));
        Assert.Equal(StoreState.Locked, (await SecretServiceStores.ProbeAsync(headless)).State);

        // Without a prompter on the bus the prompt fails: GNOME Keyring says that it was dismissed.
        await FailsAsync(StoreError.UserCancelled, "dismissed, or could not be shown", () => ReadAsync(Open(), "k"));

        await UnlockAsync();
        Assert.Equal("v", await ReadAsync(headless, "k"));
        Assert.Null(await ReadAsync(headless, "absent"));
    }

    [Fact]
    public async Task ReadAsync_KeyringStopped_TimesOutAndRecovers()
    {
        BusProgram keyring = await Bus.StartGnomeKeyringAsync();
        var time = new SteppedTime();
        ISecretStore store = Open(time);
        await WriteAsync(store, "k", "v");
        await Signals.SendAsync(keyring.ProcessId, "STOP");
        try
        {
            await TimesOutAsync(time, "did not answer within 10 seconds", ReadAsync(store, "k"));
            await TimesOutAsync(time, "did not answer within 10 seconds", WriteAsync(store, "k", "w"));
        }
        finally
        {
            await Signals.SendAsync(keyring.ProcessId, "CONT");
        }

        await WriteAsync(store, "k", "x");
        Assert.Equal("x", await ReadAsync(store, "k"));
    }

    [Fact]
    public async Task ReadAsync_KeyringKilledAndStartedAgain_ReadsOn()
    {
        BusProgram keyring = await Bus.StartGnomeKeyringAsync();
        ISecretStore store = Open();
        await WriteAsync(store, "k", "v");
        await Signals.SendAsync(keyring.ProcessId, "KILL");
        await keyring.WaitForExitAsync();
        await Bus.WaitForNoNameAsync("org.freedesktop.secrets");

        // The bus knows; the store may find out by the first call.
        await SecretServiceStores.FailsAsync(StoreError.Unavailable, () => ReadAsync(store, "k"));
        await FailsAsync(StoreError.Unavailable, "Nobody provides the Secret Service", () => ReadAsync(store, "k"));
        await Bus.StartGnomeKeyringAsync();
        Assert.Equal("v", await ReadAsync(store, "k"));
    }

    private Task<string> CallAsync(string method, params string[] arguments) => Bus.RunOkAsync(
        "gdbus", ["call", "--session", "--dest", "org.freedesktop.secrets", "--object-path", ServicePath, "--method", method, .. arguments]);

    // The way of login managers, which no prompt is needed for. The password goes through a plain session.
    private Task<string> UnlockAsync() => Bus.RunOkAsync(
        "/usr/bin/python3",
        [
            "-c",
            """
            from gi.repository import Gio, GLib
            bus = Gio.bus_get_sync(Gio.BusType.SESSION)
            def call(interface, method, arguments):
                return bus.call_sync("org.freedesktop.secrets", "/org/freedesktop/secrets", interface, method, arguments, None, 0, 5000, None).unpack()
            session = call("org.freedesktop.Secret.Service", "OpenSession", GLib.Variant("(sv)", ("plain", GLib.Variant("s", ""))))[1]
            call("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface", "UnlockWithMasterPassword",
                 GLib.Variant("(o(oayays))", ("/org/freedesktop/secrets/collection/login", (session, b"", b"pw", "text/plain"))))
            """,
        ]);
}

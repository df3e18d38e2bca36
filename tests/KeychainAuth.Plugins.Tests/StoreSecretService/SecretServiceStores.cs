using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreSecretService;
using KeychainAuth.Tests.Support.SecretService;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>Opens the store on a bus, and calls it.</summary>
[SupportedOSPlatform("linux")]
internal static class SecretServiceStores
{
    internal static readonly IReadOnlySet<string> Desktop = new HashSet<string> { "display", "desktop", "dbus-session" };

    internal static TimeSpan Patience => PrivateBus.Patience;

    internal static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static ISecretStore Open(PrivateBus bus, params (string Key, string Value)[] settings) => Open(bus, null, new RecordingPluginLog(), null, settings);

    internal static ISecretStore Open(
        PrivateBus bus, IReadOnlySet<string>? markers, RecordingPluginLog log, TimeProvider? time, params (string Key, string Value)[] settings)
    {
        Dictionary<string, string> all = settings.ToDictionary(setting => setting.Key, setting => setting.Value);
        all.TryAdd("bus_address", bus.Address);
        return new SecretServicePlugin().Create(PluginContexts.Create("store-secretservice", bus.Home, all, log, time, markers));
    }

    /// <summary>Deletes what the store has written, through libsecret and not through what is tested.</summary>
    internal static Task ClearAsync(PrivateBus bus) => bus.RunAsync("secret-tool", ["clear", "keychain-auth", "1"]);

    internal static Task WriteAsync(ISecretStore store, string target, string value) => WriteAsync(store, "demo", target, Encoding.UTF8.GetBytes(value));

    internal static async Task WriteAsync(ISecretStore store, string service, string target, byte[] value, Dictionary<string, string>? attributes = null)
    {
        using var secret = new Secret(target, new SecretBuffer(value), attributes);
        await store.WriteAsync(service, [secret], Cancellation).AsTask().WaitAsync(Patience, Cancellation);
    }

    /// <summary>The value as text; null when it is absent.</summary>
    internal static async Task<string?> ReadAsync(ISecretStore store, string target, string service = "demo")
    {
        IReadOnlyList<Secret> found = await store.ReadAsync(service, [target], Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        using Secret? secret = found.SingleOrDefault();
        return secret is null ? null : Encoding.UTF8.GetString(secret.Value.Span);
    }

    internal static async Task<StoreHealth> ProbeAsync(ISecretStore store) =>
        await store.ProbeAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    internal static async Task<StoreException> FailsAsync(StoreError error, Func<Task> call)
    {
        StoreException failure = await Assert.ThrowsAsync<StoreException>(call);
        Assert.True(error == failure.Error, $"{failure.Error}: {failure.Message}");
        return failure;
    }
}

using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Tests.Support.SecretService;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>A bus of its own for each test, and the stores opened on it.</summary>
[SupportedOSPlatform("linux")]
public abstract class SecretServiceTest : IAsyncLifetime
{
    private readonly List<ISecretStore> _stores = [];
    private PrivateBus? _bus;

    internal PrivateBus Bus => _bus!;

    private protected RecordingPluginLog Log { get; } = new();

    private protected static TimeSpan Patience => PrivateBus.Patience;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bus = await PrivateBus.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (ISecretStore store in _stores)
        {
            await store.DisposeAsync().AsTask().WaitAsync(Patience);
        }

        if (_bus is not null)
        {
            await _bus.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the store as on a desktop.</summary>
    private protected ISecretStore Open(params (string Key, string Value)[] settings) => Open(SecretServiceStores.Desktop, null, settings);

    /// <summary>The same, with deadlines that pass only when the test says so.</summary>
    private protected ISecretStore Open(SteppedTime time, params (string Key, string Value)[] settings) => Open(SecretServiceStores.Desktop, time, settings);

    private protected ISecretStore OpenHeadless(params (string Key, string Value)[] settings) => Open(new HashSet<string>(), null, settings);

    private protected ISecretStore Open(IReadOnlySet<string> markers, TimeProvider? time, params (string Key, string Value)[] settings)
    {
        ISecretStore store = SecretServiceStores.Open(Bus, markers, Log, time, settings);
        _stores.Add(store);
        return store;
    }

    private protected static Task WriteAsync(ISecretStore store, string target, string value) => SecretServiceStores.WriteAsync(store, target, value);

    private protected static Task<string?> ReadAsync(ISecretStore store, string target) => SecretServiceStores.ReadAsync(store, target);

    /// <summary>Has a call wait for an answer that does not come, until its time is over.</summary>
    private protected static async Task TimesOutAsync(SteppedTime time, string sentence, Task call)
    {
        Task failing = FailsAsync(StoreError.Timeout, sentence, () => call);
        await time.AdvanceUntilEndAsync(failing, TimeSpan.FromSeconds(10));
        await failing;
    }

    private protected static async Task<StoreException> FailsAsync(StoreError error, string sentence, Func<Task> call)
    {
        StoreException failure = await SecretServiceStores.FailsAsync(error, call);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        return failure;
    }
}

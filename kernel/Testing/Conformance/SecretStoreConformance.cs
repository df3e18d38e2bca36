using System.Text;
using Xunit;

namespace KeychainAuth.Plugin.Testing;

/// <summary>
/// What every store must do. Derive a class in a test project and override <see cref="CreateAsync"/>; xunit runs the
/// inherited tests, each on a new instance of your class. A test failing here names a promise of
/// <see cref="ISecretStore"/> that the daemon relies on.
/// </summary>
public abstract partial class SecretStoreConformance : IAsyncLifetime
{
    private protected const string Service = "conformance";

    private readonly List<ISecretStore> _opened = [];

    /// <summary>
    /// Opens the store. Called once or more per test: within one test (one instance of your class) every call opens
    /// the same backing storage, which is empty at first; different tests must not see each other's.
    /// </summary>
    protected abstract ValueTask<ISecretStore> CreateAsync();

    /// <summary>The largest value the backend must take, in bytes. Values of exactly this size are written and read.</summary>
    protected virtual int MaxValueBytes => 1024 * 1024;

    /// <summary>
    /// A size, in bytes, that the backend refuses with <see cref="StoreError.TooLarge"/>; null where it has no limit
    /// that a test could reach.
    /// </summary>
    protected virtual int? RefusedValueBytes => null;

    /// <summary>Whether a batch is one commit: nobody sees a part of it, and it fails as a whole.</summary>
    protected virtual bool BatchesAreAtomic => true;

    /// <summary>Whether a value written is there when the store is opened again. Only a fake may say no.</summary>
    protected virtual bool IsDurable => true;

    /// <summary>
    /// Something that changes whenever the backing storage does (a listing with times, a counter of the backend), for
    /// the test that probing writes nothing. Null where it cannot be observed from outside: then only the store's own
    /// listing is compared.
    /// </summary>
    protected virtual ValueTask<string?> FingerprintAsync() => ValueTask.FromResult<string?>(null);

    /// <summary>How long a single call may take before a test gives up on it.</summary>
    protected virtual TimeSpan Timeout => TimeSpan.FromSeconds(30);

    /// <summary>Nothing to prepare; override for your own.</summary>
    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Closes the stores that the test opened. Override to remove the backing storage, and call this first.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        foreach (ISecretStore store in _opened)
        {
            await store.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<ISecretStore> OpenAsync()
    {
        ISecretStore store = await Within(CreateAsync());
        _opened.Add(store);
        return store;
    }

    private Task<T> Within<T>(ValueTask<T> call) => call.AsTask().WaitAsync(Timeout, Cancellation);

    private Task Within(ValueTask call) => call.AsTask().WaitAsync(Timeout, Cancellation);

    private async Task WriteAsync(ISecretStore store, string service, params (string Target, byte[] Value)[] items)
    {
        List<Secret> secrets = [.. items.Select(item => new Secret(item.Target, new SecretBuffer(item.Value)))];
        try
        {
            await Within(store.WriteAsync(service, secrets, Cancellation));
        }
        finally
        {
            secrets.ForEach(secret => secret.Dispose());
        }
    }

    private async Task WriteAsync(ISecretStore store, string service, string target, byte[] value, Dictionary<string, string> attributes)
    {
        using Secret secret = new(target, new SecretBuffer(value), attributes);
        await Within(store.WriteAsync(service, [secret], Cancellation));
    }

    private async Task<Dictionary<string, byte[]>> ReadAsync(ISecretStore store, string service, params string[] targets)
    {
        IReadOnlyList<Secret> secrets = await Within(store.ReadAsync(service, targets, Cancellation));
        Dictionary<string, byte[]> values = new(StringComparer.Ordinal);
        foreach (Secret secret in secrets)
        {
            using (secret)
            {
                Assert.True(values.TryAdd(secret.Target, secret.Value.Span.ToArray()), $"'{secret.Target}' came twice.");
            }
        }

        return values;
    }

    private async Task<string[]> SearchAsync(ISecretStore store, string service, params string[] prefixes)
    {
        IReadOnlyList<SecretDescriptor> found = await Within(store.SearchAsync(service, prefixes, Cancellation));
        return [.. found.Select(descriptor => descriptor.Target).Order(StringComparer.Ordinal)];
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    // Providers may add attributes of their own, so ours must be among them.
    private static void AssertContains(IReadOnlyDictionary<string, string> expected, IReadOnlyDictionary<string, string> actual)
    {
        foreach ((string name, string text) in expected)
        {
            Assert.True(actual.TryGetValue(name, out string? found), $"Attribute '{name}' is missing.");
            Assert.Equal(text, found);
        }
    }
}

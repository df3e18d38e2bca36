using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>Items with their values, by path. Disposes the values that nobody has taken out.</summary>
internal sealed record LoadedItems(IReadOnlyList<StoredItem> Items, Dictionary<string, SecretBuffer> Values) : IDisposable
{
    internal static LoadedItems Nothing => new([], []);

    public void Dispose()
    {
        foreach (SecretBuffer value in Values.Values)
        {
            value.Dispose();
        }
    }
}

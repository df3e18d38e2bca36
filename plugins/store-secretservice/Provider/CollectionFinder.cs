using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService.Bus;
using static Interop.GLib;

namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>Finds the collection to work in, anew for each operation: a person may make another the default one.</summary>
/// <param name="name">Alias, label or last part of the path; null means the default collection.</param>
internal sealed class CollectionFinder(string? name, TimeProvider time)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    private (SecretProvider Provider, string Path, long When)? _last;

    /// <summary>What was found last with this provider; null when nothing was.</summary>
    internal string? Last(SecretProvider provider) => _last is { } last && last.Provider == provider ? last.Path : null;

    internal void Forget() => _last = null;

    /// <summary>Whether that was a moment ago, so that reads in quick succession need not ask each time.</summary>
    internal bool IsFresh => _last is { } last && time.GetElapsedTime(last.When) < FreshFor;

    /// <returns>The collection's object path.</returns>
    /// <exception cref="StoreException">There is none, or the name fits several.</exception>
    internal async Task<string> FindAsync(SecretProvider provider, Silence silence)
    {
        _last = null;
        string path = await SearchAsync(provider, silence);
        _last = (provider, path, time.GetTimestamp());
        return path;
    }

    private async Task<string> SearchAsync(SecretProvider provider, Silence silence)
    {
        string alias = name ?? ServiceNames.DefaultAlias;
        using (SafeVariantHandle reply = await provider.CallAsync(
            ServiceNames.Path, ServiceNames.Service, "ReadAlias", Variants.Tuple(Variants.Text(alias)), "(o)", silence))
        {
            if (Variants.ChildText(reply, 0) is var path && path != ServiceNames.NoPath)
            {
                return path;
            }
        }

        // KeePassXC has no collection as long as no database is open: what is in it is not absent, it cannot be seen.
        if (name is null)
        {
            throw new StoreException(StoreError.Locked, "The Secret Service has no default collection: open a database, or create a keyring and make it the default (Seahorse, KWalletManager or KeePassXC).");
        }

        string[] found = await ByNameAsync(provider, name, silence);
        return found switch
        {
            [var only] => only,
            [] => throw new StoreException(StoreError.Locked, $"The Secret Service has no collection '{name}' (setting 'collection' of store-secretservice): open or create it."),
            _ => throw new StoreException(StoreError.Unavailable, $"The Secret Service has {found.Length} collections called '{name}': give store-secretservice's setting 'collection' the last part of an object path ({string.Join(", ", found)})."),
        };
    }

    private static async Task<string[]> ByNameAsync(SecretProvider provider, string name, Silence silence)
    {
        using SafeVariantHandle collections = await provider.GetAsync(ServiceNames.Path, ServiceNames.Service, "Collections", silence);
        string[] all = Variants.Is(collections, "ao") ? Variants.ToTexts(collections) : [];
        if (Array.Find(all, path => path[(path.LastIndexOf('/') + 1)..] == name) is { } byPath)
        {
            return [byPath];
        }

        var found = new List<string>();
        foreach (string path in all)
        {
            using SafeVariantHandle text = await provider.GetAsync(path, ServiceNames.Collection, "Label", silence);
            if (Variants.Is(text, "s") && Variants.ToText(text) == name)
            {
                found.Add(path);
            }
        }

        return [.. found];
    }
}

using System.Security.Cryptography;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService.Bus;
using KeychainAuth.Plugins.StoreSecretService.Provider;

namespace KeychainAuth.Plugins.StoreSecretService;

/// <summary>What the store's methods do in a collection. A locked collection never reads as an empty one.</summary>
internal static class Operations
{
    // Up to so many targets are searched one by one; beyond, the whole service is listed once.
    private const int FewTargets = 8;

    internal static async Task<StoreHealth> ProbeAsync(SecretCollection collection)
    {
        string label = await collection.LabelAsync();
        return await collection.IsLockedAsync()
            ? new StoreHealth(StoreState.Locked, $"The keychain '{label}' of the Secret Service is locked: unlock it, or answer the prompt that the first request brings up.")
            : new StoreHealth(StoreState.Ready, $"The keychain '{label}' of the Secret Service ({collection.Path}) is open.");
    }

    internal static async Task<IReadOnlyList<Secret>> ReadAsync(SecretCollection collection, string service, IReadOnlyList<string> targets)
    {
        if (targets.Count == 0)
        {
            return [];
        }

        using LoadedItems loaded = targets.Count <= FewTargets
            ? await FindWithValuesAsync(collection, service, targets)
            : await FindThenValuesAsync(collection, service, targets);
        Dictionary<string, StoredItem[]> items = ByTarget(loaded.Items, service, targets);
        var found = new List<Secret>(targets.Count);
        try
        {
            foreach (string target in targets)
            {
                if (items.TryGetValue(target, out StoredItem[]? candidates) && StoredItem.Choose(candidates) is var item && loaded.Values.Remove(item.Path, out SecretBuffer? value))
                {
                    found.Add(new Secret(target, value, ItemAttributes.OfClient(item.Attributes)));
                }
            }

            if (found.Count < targets.Count)
            {
                await collection.RequireUnlockedAsync();
            }

            return found;
        }
        catch
        {
            found.ForEach(secret => secret.Dispose());
            throw;
        }
    }

    internal static async Task<bool> WriteAsync(SecretCollection collection, string service, IReadOnlyList<Secret> secrets, Progress progress)
    {
        if (secrets.Count == 0)
        {
            return true;
        }

        await collection.RequireUnlockedAsync();
        using IDisposable writing = await collection.BeginChangeAsync();
        Dictionary<string, StoredItem[]> existing = await FindAsync(collection, service, [.. secrets.Skip(progress.Done).Select(secret => secret.Target)]);

        // One after the other, so that the number of those done says which.
        foreach (Secret secret in secrets.Skip(progress.Done))
        {
            string label = ItemAttributes.Label(service, secret.Target);
            if (existing.TryGetValue(secret.Target, out StoredItem[]? items))
            {
                StoredItem item = StoredItem.Choose(items);
                await collection.ReplaceAsync(item, label, ItemAttributes.Replace(item.Attributes, service, secret.Target, secret.Attributes), secret.Value);
            }
            else
            {
                await collection.CreateAsync(label, ItemAttributes.New(service, secret.Target, secret.Attributes), secret.Value);
            }

            progress.Done++;
        }

        await VerifyAsync(collection, service, secrets, progress);
        return true;
    }

    internal static async Task<int> DeleteAsync(SecretCollection collection, string service, IReadOnlyList<string> targets, Progress progress)
    {
        if (targets.Count == 0)
        {
            return 0;
        }

        await collection.RequireUnlockedAsync();
        using IDisposable writing = await collection.BeginChangeAsync();
        string[] left = [.. targets.Skip(progress.Done)];
        Dictionary<string, StoredItem[]> existing = await FindAsync(collection, service, left);
        foreach (string target in left)
        {
            if (existing.TryGetValue(target, out StoredItem[]? items))
            {
                // All of them, or the next read would bring an older one back.
                foreach (StoredItem item in items)
                {
                    await collection.DeleteAsync(item.Path);
                }

                progress.Existed++;
            }

            progress.Done++;
        }

        return progress.Existed;
    }

    internal static async Task<IReadOnlyList<SecretDescriptor>> SearchAsync(SecretCollection collection, string service, IReadOnlyList<string> prefixes)
    {
        await collection.RequireUnlockedAsync();
        IReadOnlyList<StoredItem> items = await collection.DescribeAsync(await collection.SearchAsync(ItemAttributes.Query(service)));
        return [.. items
            .Where(item => item.Service == service && item.Target is not null)
            .Where(item => prefixes.Count == 0 || prefixes.Any(prefix => item.Target!.StartsWith(prefix, StringComparison.Ordinal)))
            .GroupBy(item => item.Target!, StringComparer.Ordinal)
            .Select(same => new SecretDescriptor(same.Key, ItemAttributes.OfClient(StoredItem.Choose(same).Attributes)))];
    }

    internal static async Task<IReadOnlyList<string>> ListServicesAsync(SecretCollection collection)
    {
        await collection.RequireUnlockedAsync();
        IReadOnlyList<StoredItem> items = await collection.DescribeAsync(await collection.ItemsAsync());
        return [.. items.Where(item => item is { IsManaged: true, Service.Length: > 0, Target: not null }).Select(item => item.Service!).Distinct(StringComparer.Ordinal)];
    }

    // A provider acknowledges a value that it could not decrypt, or keeps it in a field that changes it.
    private static async Task VerifyAsync(SecretCollection collection, string service, IReadOnlyList<Secret> secrets, Progress progress)
    {
        IReadOnlyList<Secret> found = await ReadAsync(collection, service, [.. secrets.Select(secret => secret.Target)]);
        try
        {
            Dictionary<string, Secret> byTarget = found.ToDictionary(secret => secret.Target, StringComparer.Ordinal);
            if (!secrets.All(secret => byTarget.TryGetValue(secret.Target, out Secret? there) && CryptographicOperations.FixedTimeEquals(there.Value.Span, secret.Value.Span)))
            {
                progress.Done = 0;
                throw collection.GiveUpSession();
            }
        }
        finally
        {
            foreach (Secret secret in found)
            {
                secret.Dispose();
            }
        }
    }

    // A read that finds what it found last time costs one way over the bus: the items of last time are loaded while it is
    // asked whether they are still the ones. A provider answers in the order it is asked, the search first.
    private static async Task<LoadedItems> FindWithValuesAsync(SecretCollection collection, string service, IReadOnlyList<string> targets)
    {
        Task<string[]> searching = SearchEachAsync(collection, service, targets);
        if (collection.Recall(service, targets) is not { } recalled)
        {
            return await LoadAsync(collection, service, targets, await searching);
        }

        Task<LoadedItems?> guessing = TryLoadAsync(collection, recalled);
        try
        {
            await Task.WhenAll(searching, guessing);
        }
        catch when (guessing.IsCompletedSuccessfully)
        {
            guessing.Result?.Dispose();
            throw;
        }

        if (guessing.Result is { } guess)
        {
            if (searching.Result.SequenceEqual(recalled))
            {
                return guess;
            }

            guess.Dispose();
        }

        return await LoadAsync(collection, service, targets, searching.Result);
    }

    private static async Task<LoadedItems> LoadAsync(SecretCollection collection, string service, IReadOnlyList<string> targets, string[] paths)
    {
        LoadedItems loaded = paths.Length > 0 ? await collection.LoadAsync(paths) : LoadedItems.Nothing;
        collection.Remember(service, targets, loaded.Items);
        return loaded;
    }

    // What an item of last time is refused with says nothing about the items of now.
    private static async Task<LoadedItems?> TryLoadAsync(SecretCollection collection, string[] paths)
    {
        try
        {
            return await collection.LoadAsync(paths);
        }
        catch (BusException)
        {
            return null;
        }
    }

    private static async Task<LoadedItems> FindThenValuesAsync(SecretCollection collection, string service, IReadOnlyList<string> targets)
    {
        Dictionary<string, StoredItem[]> items = await FindAsync(collection, service, targets);
        StoredItem[] chosen = [.. items.Values.Select(StoredItem.Choose)];
        return new LoadedItems(chosen, await collection.GetSecretsAsync(chosen.Select(item => item.Path)));
    }

    private static async Task<Dictionary<string, StoredItem[]>> FindAsync(SecretCollection collection, string service, IReadOnlyList<string> targets)
    {
        string[] paths = targets.Count <= FewTargets
            ? await SearchEachAsync(collection, service, targets)
            : await collection.SearchAsync(ItemAttributes.Query(service));
        return ByTarget(await collection.DescribeAsync(paths), service, targets);
    }

    private static async Task<string[]> SearchEachAsync(SecretCollection collection, string service, IReadOnlyList<string> targets)
    {
        string[][] found = await Task.WhenAll(targets.Select(target => collection.SearchAsync(ItemAttributes.Query(service, target))));
        return [.. found.SelectMany(paths => paths).Distinct(StringComparer.Ordinal)];
    }

    // Providers match by rules of their own (case, patterns); what counts is compared here.
    private static Dictionary<string, StoredItem[]> ByTarget(IReadOnlyList<StoredItem> items, string service, IReadOnlyList<string> targets)
    {
        var wanted = new HashSet<string>(targets, StringComparer.Ordinal);
        return items
            .Where(item => item.Service == service && item.Target is not null && wanted.Contains(item.Target))
            .GroupBy(item => item.Target!, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.ToArray(), StringComparer.Ordinal);
    }
}

using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService.Bus;
using static Interop.GLib;

namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>One collection of a provider, for the length of one operation. Used on the GLib thread only.</summary>
internal sealed class SecretCollection(SecretProvider provider, string path, Prompter prompter, Silence silence, ChangeQueue changes)
{
    // Calls under way at once: enough to hide the way over the bus, few enough not to flood it.
    private const int Window = 64;

    private const string SecretsType = "(a{o(oayays)})";

    internal string Path => path;

    /// <exception cref="CollectionLockedException">It is locked.</exception>
    internal async Task RequireUnlockedAsync()
    {
        if (await IsLockedAsync())
        {
            throw new CollectionLockedException(path);
        }
    }

    /// <summary>Waits until nobody else changes anything through this store: two that create the same item would make two.</summary>
    internal Task<IDisposable> BeginChangeAsync() => changes.EnterAsync(silence.Token);

    internal Task<bool> IsLockedAsync() => IsLockedAsync(provider, path, silence);

    internal static async Task<bool> IsLockedAsync(SecretProvider provider, string path, Silence silence)
    {
        using SafeVariantHandle value = await provider.GetAsync(path, ServiceNames.Collection, "Locked", silence);
        return Variants.Is(value, "b") && VariantGetBoolean(value) != 0;
    }

    internal async Task<string> LabelAsync()
    {
        using SafeVariantHandle value = await provider.GetAsync(path, ServiceNames.Collection, "Label", silence);
        return Variants.Is(value, "s") ? Variants.ToText(value) : "";
    }

    /// <summary>Paths of items that have all of some attributes.</summary>
    internal async Task<string[]> SearchAsync(IEnumerable<KeyValuePair<string, string>> attributes)
    {
        using SafeVariantHandle reply = await provider.CallAsync(
            path, ServiceNames.Collection, "SearchItems", Variants.Tuple(Variants.Strings(attributes)), "(ao)", silence);
        return Variants.ChildTexts(reply, 0);
    }

    /// <summary>The session cannot be used any more; the next attempt gets another.</summary>
    internal SessionUnusableException GiveUpSession() => provider.GiveUpSession();

    /// <summary>Paths of all items.</summary>
    internal async Task<string[]> ItemsAsync()
    {
        using SafeVariantHandle value = await provider.GetAsync(path, ServiceNames.Collection, "Items", silence);
        return Variants.Is(value, "ao") ? Variants.ToTexts(value) : [];
    }

    /// <summary>What the provider says of items; one that has gone meanwhile is left out.</summary>
    internal async Task<IReadOnlyList<StoredItem>> DescribeAsync(IReadOnlyList<string> items)
    {
        // Where there is nothing to choose from, its attributes are enough; all properties cost a provider several times as much.
        if (items is [var only])
        {
            return await DescribeOnlyAsync(only) is { } one ? [one] : [];
        }

        var described = new List<StoredItem>(items.Count);
        foreach (string[] some in items.Chunk(Window))
        {
            foreach (StoredItem? item in await Task.WhenAll(some.Select(DescribeAsync)))
            {
                if (item is not null)
                {
                    described.Add(item);
                }
            }
        }

        return described;
    }

    /// <summary>Where the items of some targets were last; null when that is not known of all of them.</summary>
    internal string[]? Recall(string service, IReadOnlyList<string> targets) => provider.Memory.Recall(path, service, targets);

    /// <summary>Remembers for <see cref="Recall"/> where the items of some targets are.</summary>
    internal void Remember(string service, IReadOnlyList<string> targets, IReadOnlyList<StoredItem> items) =>
        provider.Memory.Remember(path, service, targets, items);

    /// <summary>Values and descriptions of items, asked for at the same time; what is locked or has gone is left out.</summary>
    /// <exception cref="SessionUnusableException">A value does not decrypt.</exception>
    internal async Task<LoadedItems> LoadAsync(string[] items)
    {
        Task<Dictionary<string, SecretBuffer>> getting = GetSecretsAsync(items);
        Task<IReadOnlyList<StoredItem>> describing = DescribeAsync(items);
        try
        {
            await Task.WhenAll(getting, describing);
            return new LoadedItems(describing.Result, getting.Result);
        }
        catch when (getting.IsCompletedSuccessfully)
        {
            new LoadedItems([], getting.Result).Dispose();
            throw;
        }
    }

    /// <summary>Values by item; items that are locked or have gone are left out. The caller disposes the values.</summary>
    /// <exception cref="SessionUnusableException">A value does not decrypt.</exception>
    internal async Task<Dictionary<string, SecretBuffer>> GetSecretsAsync(IEnumerable<string> items)
    {
        var values = new Dictionary<string, SecretBuffer>(StringComparer.Ordinal);
        try
        {
            foreach (string[] some in items.Chunk(Window))
            {
                using SafeVariantHandle reply = await provider.CallAsync(
                    ServiceNames.Path,
                    ServiceNames.Service,
                    "GetSecrets",
                    Variants.Tuple(Variants.ObjectPaths(some), Variants.ObjectPath(provider.Session.Path)),
                    SecretsType,
                    silence);
                using SafeVariantHandle secrets = VariantGetChildValue(reply, 0);
                for (nuint i = 0, count = VariantNChildren(secrets); i < count; i++)
                {
                    using SafeVariantHandle entry = VariantGetChildValue(secrets, i);
                    using SafeVariantHandle encoded = VariantGetChildValue(entry, 1);
                    SecretBuffer value = provider.Session.Decode(encoded) ?? throw provider.GiveUpSession();
                    if (!values.TryAdd(Variants.ChildText(entry, 0), value))
                    {
                        value.Dispose();
                    }
                }
            }

            return values;
        }
        catch
        {
            foreach (SecretBuffer value in values.Values)
            {
                value.Dispose();
            }

            throw;
        }
    }

    internal async Task CreateAsync(string label, IReadOnlyDictionary<string, string> attributes, SecretBuffer value)
    {
        SafeVariantHandle properties = Variants.Array(
            "{sv}",
            Variants.Entry(Variants.Text(ServiceNames.Item + ".Label"), Variants.Box(Variants.Text(label))),
            Variants.Entry(Variants.Text(ServiceNames.Item + ".Attributes"), Variants.Box(Variants.Strings(attributes))));
        try
        {
            using SafeVariantHandle reply = await provider.CallAsync(
                path,
                ServiceNames.Collection,
                "CreateItem",
                Variants.Tuple(properties, provider.Session.Encode(value.Span), Variants.Boolean(false)),
                "(oo)",
                silence);
            if (Variants.ChildText(reply, 1) is var prompt && prompt != ServiceNames.NoPath)
            {
                await prompter.AskAsync(provider, prompt, silence);
            }
        }
        catch (BusException e) when (e.RemoteName == ErrorNames.InvalidObjectPath)
        {
            // How KWallet says that it could not decrypt the value.
            throw provider.GiveUpSession();
        }
    }

    /// <summary>
    /// Replaces an item's value, and its attributes where they differ. In place where the provider can; one that cannot
    /// change attributes, or only adds to them (KeePassXC), gets a new item before the old one is deleted.
    /// </summary>
    internal async Task ReplaceAsync(StoredItem item, string label, IReadOnlyDictionary<string, string> attributes, SecretBuffer value)
    {
        if (!Same(item.Attributes, attributes) && !await TrySetAttributesAsync(item.Path, attributes))
        {
            await CreateAsync(label, ItemAttributes.WithoutIdentity(attributes), value);
            await DeleteAsync(item.Path);
            return;
        }

        using (await provider.CallAsync(item.Path, ServiceNames.Item, "SetSecret", Variants.Tuple(provider.Session.Encode(value.Span)), "()", silence))
        {
        }
    }

    internal async Task DeleteAsync(string item)
    {
        using SafeVariantHandle reply = await provider.CallAsync(item, ServiceNames.Item, "Delete", Variants.Tuple(), "(o)", silence);
        if (Variants.ChildText(reply, 0) is var prompt && prompt != ServiceNames.NoPath)
        {
            await prompter.AskAsync(provider, prompt, silence);
        }
    }

    private static bool Same(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(a => other.TryGetValue(a.Key, out string? there) && there == a.Value);

    // Looks afterwards: some providers report success and keep what should have gone.
    private async Task<bool> TrySetAttributesAsync(string item, IReadOnlyDictionary<string, string> attributes)
    {
        try
        {
            using (await provider.CallAsync(
                item,
                ServiceNames.Properties,
                "Set",
                Variants.Tuple(Variants.Text(ServiceNames.Item), Variants.Text("Attributes"), Variants.Box(Variants.Strings(attributes))),
                "()",
                silence))
            {
            }
        }
        catch (BusException e) when (e.RemoteName is ErrorNames.InvalidArguments or "org.freedesktop.DBus.Error.PropertyReadOnly")
        {
            return false;
        }

        return await DescribeOnlyAsync(item) is { } changed && Same(changed.Attributes, attributes);
    }

    private async Task<StoredItem?> DescribeOnlyAsync(string item)
    {
        try
        {
            using SafeVariantHandle attributes = await provider.GetAsync(item, ServiceNames.Item, "Attributes", silence);
            return Variants.Is(attributes, Variants.StringsType) ? new StoredItem(item, Variants.ToStrings(attributes), Modified: 0) : null;
        }
        catch (BusException e) when (ErrorNames.IsNoObject(e.RemoteName))
        {
            return null;
        }
    }

    private async Task<StoredItem?> DescribeAsync(string item)
    {
        try
        {
            using SafeVariantHandle reply = await provider.CallAsync(
                item, ServiceNames.Properties, "GetAll", Variants.Tuple(Variants.Text(ServiceNames.Item)), "(a{sv})", silence);
            using SafeVariantHandle properties = VariantGetChildValue(reply, 0);
            return StoredItem.From(item, properties);
        }
        catch (BusException e) when (ErrorNames.IsNoObject(e.RemoteName))
        {
            return null;
        }
    }
}

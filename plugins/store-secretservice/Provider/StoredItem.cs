using KeychainAuth.Plugins.StoreSecretService.Bus;
using static Interop.GLib;

namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>What a provider says of an item, without its value.</summary>
internal sealed record StoredItem(string Path, IReadOnlyDictionary<string, string> Attributes, ulong Modified)
{
    internal string? Service => Attributes.GetValueOrDefault(ItemAttributes.Service);

    internal string? Target => Attributes.GetValueOrDefault(ItemAttributes.Target);

    internal bool IsManaged => Attributes.ContainsKey(ItemAttributes.Managed);

    /// <summary>From all properties of an item, a{sv}. What is missing, or of another type, counts as not there.</summary>
    internal static StoredItem From(string path, SafeVariantHandle properties)
    {
        var item = new StoredItem(path, new Dictionary<string, string>(StringComparer.Ordinal), Modified: 0);
        for (nuint i = 0, count = VariantNChildren(properties); i < count; i++)
        {
            using SafeVariantHandle entry = VariantGetChildValue(properties, i);
            using SafeVariantHandle value = Variants.Unbox(entry, 1);
            item = Variants.ChildText(entry, 0) switch
            {
                "Attributes" when Variants.Is(value, Variants.StringsType) => item with { Attributes = Variants.ToStrings(value) },
                "Modified" when Variants.Is(value, "t") => item with { Modified = VariantGetUInt64(value) },
                _ => item,
            };
        }

        return item;
    }

    /// <summary>
    /// Of several items with the same service and target: the one changed last, then one written here, then the first by
    /// path. The same for every read until one of them changes.
    /// </summary>
    internal static StoredItem Choose(IEnumerable<StoredItem> items) => items
        .OrderByDescending(item => item.Modified)
        .ThenByDescending(item => item.IsManaged)
        .ThenBy(item => item.Path, StringComparer.Ordinal)
        .First();
}

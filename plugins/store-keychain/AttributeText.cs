using System.Text.Json;

namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>
/// Attributes of a secret as one JSON object in the item's generic attribute, which is no part of its identity. Other
/// tools keep other things there: what is no such object counts as no attributes.
/// </summary>
internal static class AttributeText
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <summary>As UTF-8; empty where there are none.</summary>
    internal static byte[] Encode(IReadOnlyDictionary<string, string> attributes) => attributes.Count == 0
        ? []
        : JsonSerializer.SerializeToUtf8Bytes(
            new SortedDictionary<string, string>(attributes.ToDictionary(), StringComparer.Ordinal), AttributeJsonContext.Default.SortedDictionaryStringString);

    internal static IReadOnlyDictionary<string, string> Decode(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty || utf8[0] != (byte)'{')
        {
            return None;
        }

        try
        {
            return JsonSerializer.Deserialize(utf8, AttributeJsonContext.Default.DictionaryStringString) is { } found && !found.ContainsValue(null!)
                ? found
                : None;
        }
        catch (JsonException)
        {
            return None;
        }
    }
}

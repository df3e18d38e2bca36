using System.Text.Json.Serialization;

namespace KeychainAuth.Plugins.StoreKeychain;

[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class AttributeJsonContext : JsonSerializerContext;

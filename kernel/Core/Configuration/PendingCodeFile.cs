using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Configuration;

/// <summary>A code file seen in a pending program.</summary>
internal sealed class PendingCodeFile
{
    [JsonPropertyName("path")]
    public string Path { get; set; } = "";

    [JsonPropertyName("hash")]
    public string Hash { get; set; } = "";

    [JsonPropertyName("owner")]
    public uint? OwnerUserId { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

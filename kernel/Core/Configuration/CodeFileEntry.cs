using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Configuration;

/// <summary>A code file that an approved program maps beside its executable.</summary>
internal sealed class CodeFileEntry
{
    [JsonPropertyName("path")]
    public string Path { get; set; } = "";

    /// <summary><c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
    [JsonPropertyName("hash")]
    public string Hash { get; set; } = "";

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

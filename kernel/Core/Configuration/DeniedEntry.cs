using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Configuration;

/// <summary>A program that a person does not want to be asked about again.</summary>
internal sealed class DeniedEntry
{
    [JsonPropertyName("path")]
    public string Path { get; set; } = "";

    [JsonPropertyName("hash")]
    public string Hash { get; set; } = "";

    [JsonPropertyName("script")]
    public CodeFileEntry? Script { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    [JsonIgnore]
    internal BinaryIdentity Identity => new(Hash, Path, ScriptIdentity.From(Script));
}

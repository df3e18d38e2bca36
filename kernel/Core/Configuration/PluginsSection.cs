using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Configuration;

/// <summary>Which plugins to take instead of the ones the daemon would choose, where further ones are, and their settings.</summary>
internal sealed class PluginsSection
{
    [JsonPropertyName("store")]
    public string? Store { get; set; }

    [JsonPropertyName("transport")]
    public string? Transport { get; set; }

    [JsonPropertyName("verifier")]
    public string? Verifier { get; set; }

    /// <summary>Absolute directories searched beside the system's own; each needs a plugins.sha256 list.</summary>
    [JsonPropertyName("directories")]
    public List<string>? Directories { get; set; }

    /// <summary>Plugin id to setting to value.</summary>
    [JsonPropertyName("settings")]
    public Dictionary<string, Dictionary<string, string>>? Settings { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

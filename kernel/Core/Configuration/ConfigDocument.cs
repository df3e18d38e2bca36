using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Configuration;

/// <summary>config.json: who may do what. Unknown properties survive a rewrite.</summary>
internal sealed class ConfigDocument
{
    [JsonPropertyName("protocol_version")]
    public string ProtocolVersion { get; set; } = "1";

    [JsonPropertyName("registered_binaries")]
    public List<BinaryEntry> RegisteredBinaries { get; set => field = value ?? []; } = [];

    [JsonPropertyName("plugins")]
    public PluginsSection? Plugins { get; set; }

    [JsonPropertyName("limits")]
    public LimitsSection? Limits { get; set; }

    /// <summary><c>serve</c> (default) or <c>refuse</c>: what happens to version 1 bytes queued before the pin.</summary>
    [JsonPropertyName("unattributed")]
    public string? Unattributed { get; set; }

    [JsonPropertyName("denied")]
    public List<DeniedEntry>? Denied { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

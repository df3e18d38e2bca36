using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Configuration;

/// <summary>Limits of the daemon. Every absent one has the default of <see cref="Limits"/>.</summary>
internal sealed class LimitsSection
{
    [JsonPropertyName("max_request_bytes")]
    public int? MaxRequestBytes { get; set; }

    [JsonPropertyName("max_connections")]
    public int? MaxConnections { get; set; }

    [JsonPropertyName("max_connections_per_binary")]
    public int? MaxConnectionsPerBinary { get; set; }

    [JsonPropertyName("request_timeout_seconds")]
    public int? RequestTimeoutSeconds { get; set; }

    [JsonPropertyName("store_timeout_seconds")]
    public int? StoreTimeoutSeconds { get; set; }

    [JsonPropertyName("audit_max_bytes")]
    public long? AuditMaxBytes { get; set; }

    [JsonPropertyName("audit_files")]
    public int? AuditFiles { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

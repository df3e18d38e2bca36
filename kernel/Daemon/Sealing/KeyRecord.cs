using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>One data key as it stands in keys.json: wrapped.</summary>
internal sealed class KeyRecord
{
    internal const string Current = "current";
    internal const string Retiring = "retiring";

    [JsonPropertyName("id")]
    public string Id { get; set; } = "";

    /// <summary><c>current</c>: seals new values; there is exactly one. <c>retiring</c>: only opens, until nothing needs it.</summary>
    [JsonPropertyName("state")]
    public string State { get; set; } = "";

    [JsonPropertyName("created_at")]
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Id of the master key that wraps it.</summary>
    [JsonPropertyName("wrapped_by")]
    public string WrappedBy { get; set; } = "";

    /// <summary>A <see cref="SealedBox"/> that holds the key.</summary>
    [JsonPropertyName("wrapped")]
    public byte[] Wrapped { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

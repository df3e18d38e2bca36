using System.Text.Json.Serialization;

namespace KeychainAuth.Daemon.Migration;

/// <summary>One line of <c>keychain-auth store list</c>.</summary>
internal sealed record StoreSummary
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("in_use")]
    public required bool IsTaken { get; init; }

    [JsonPropertyName("state")]
    public required string State { get; init; }

    [JsonPropertyName("services")]
    public int? Services { get; init; }

    [JsonPropertyName("items")]
    public int? Items { get; init; }

    [JsonPropertyName("message")]
    public required string Message { get; init; }
}

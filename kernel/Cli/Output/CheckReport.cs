using System.Text.Json.Serialization;

namespace KeychainAuth.Cli.Output;

/// <summary><c>check --json</c>.</summary>
internal sealed record CheckReport
{
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    [JsonPropertyName("hash")]
    public required string Hash { get; init; }

    [JsonPropertyName("service")]
    public required string Service { get; init; }

    [JsonPropertyName("registered")]
    public required bool Registered { get; init; }

    [JsonPropertyName("read")]
    public bool Read { get; init; }

    [JsonPropertyName("write")]
    public bool Write { get; init; }

    [JsonPropertyName("search")]
    public bool Search { get; init; }

    /// <summary>The protocol's word for the refusal; absent when it may read or write.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("message")]
    public required string Message { get; init; }

    [JsonPropertyName("allowed_targets")]
    public IReadOnlyList<string>? AllowedTargets { get; init; }

    [JsonPropertyName("expires_at")]
    public DateTimeOffset? ExpiresAt { get; init; }
}

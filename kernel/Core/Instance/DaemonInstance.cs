using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Instance;

/// <summary>What a running daemon says about itself to the command line.</summary>
internal sealed record DaemonInstance
{
    [JsonPropertyName("pid")]
    public required int ProcessId { get; init; }

    [JsonPropertyName("version")]
    public required string Version { get; init; }

    /// <summary><c>user</c>: the daemon runs as the user it serves.</summary>
    [JsonPropertyName("mode")]
    public required string Mode { get; init; }

    [JsonPropertyName("socket_path")]
    public required string SocketPath { get; init; }

    [JsonPropertyName("config_path")]
    public required string ConfigPath { get; init; }

    [JsonPropertyName("audit_path")]
    public required string AuditPath { get; init; }

    [JsonPropertyName("transport")]
    public required string Transport { get; init; }

    [JsonPropertyName("verifier")]
    public required string Verifier { get; init; }

    [JsonPropertyName("store")]
    public required string Store { get; init; }

    [JsonPropertyName("started_at")]
    public required DateTimeOffset StartedAt { get; init; }
}

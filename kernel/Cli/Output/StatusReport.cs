using System.Text.Json.Serialization;

namespace KeychainAuth.Cli.Output;

/// <summary>
/// <c>status --json</c>. The first six keys, and their order, are those that existing programs read; every key is always
/// there.
/// </summary>
internal sealed record StatusReport
{
    [JsonPropertyName("daemon_running"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required bool DaemonRunning { get; init; }

    /// <summary>The running daemon's version; this program's own when none runs.</summary>
    [JsonPropertyName("version"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string Version { get; init; }

    [JsonPropertyName("mode"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string Mode { get; init; }

    [JsonPropertyName("config_path"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string ConfigPath { get; init; }

    [JsonPropertyName("socket_path"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string SocketPath { get; init; }

    [JsonPropertyName("requires_sudo"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool RequiresSudo { get; init; }

    [JsonPropertyName("pid"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? ProcessId { get; init; }

    [JsonPropertyName("transport"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Transport { get; init; }

    [JsonPropertyName("verifier"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Verifier { get; init; }

    [JsonPropertyName("store"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Store { get; init; }

    [JsonPropertyName("audit_path"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string AuditPath { get; init; }

    [JsonPropertyName("started_at"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? StartedAt { get; init; }

    [JsonPropertyName("same_user_isolation"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool SameUserIsolation { get; init; }

    /// <summary>How many programs are registered; null when config.json cannot be read.</summary>
    [JsonPropertyName("registered"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Registered { get; init; }

    /// <summary>How many programs wait; null when pending.json cannot be read.</summary>
    [JsonPropertyName("pending"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Pending { get; init; }
}

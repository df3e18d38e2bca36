using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Audit;

/// <summary>One line of the audit log. Never holds a value.</summary>
internal sealed record AuditRecord
{
    /// <summary>RFC 3339, UTC, nine digits of a second.</summary>
    [JsonPropertyName("timestamp")]
    public string Timestamp { get; init; } = "";

    /// <summary>One of <see cref="AuditAction"/>.</summary>
    [JsonPropertyName("action")]
    public required string Action { get; init; }

    [JsonPropertyName("pid")]
    public int? ProcessId { get; init; }

    [JsonPropertyName("binary_path")]
    public string? BinaryPath { get; init; }

    [JsonPropertyName("binary_hash")]
    public string? BinaryHash { get; init; }

    /// <summary>The script, where the program is an interpreter that was launched with it.</summary>
    [JsonPropertyName("script_path")]
    public string? ScriptPath { get; init; }

    [JsonPropertyName("script_hash")]
    public string? ScriptHash { get; init; }

    [JsonPropertyName("service")]
    public string? Service { get; init; }

    /// <summary>What was asked for; for a prefix or a search what matched.</summary>
    [JsonPropertyName("targets")]
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>One of <see cref="AuditResult"/>.</summary>
    [JsonPropertyName("result")]
    public required string Result { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>One sentence for the person who reads the log.</summary>
    [JsonPropertyName("detail")]
    public string? Detail { get; init; }

    [JsonPropertyName("uid")]
    public uint? UserId { get; init; }

    /// <summary>Number of the connection since the daemon's start.</summary>
    [JsonPropertyName("connection")]
    public long? Connection { get; init; }

    [JsonPropertyName("duration_us")]
    public long? DurationMicroseconds { get; init; }

    /// <summary>Number of the record, from 1, across rotations.</summary>
    [JsonPropertyName("seq")]
    public long Sequence { get; init; }

    /// <summary>SHA-256 of the previous line without its line feed; 64 zeroes before the first.</summary>
    [JsonPropertyName("prev")]
    public string Previous { get; init; } = "";
}

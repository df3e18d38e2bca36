using System.Text.Json.Serialization;

namespace KeychainAuth.Cli.Output;

/// <summary><c>audit verify --json</c>.</summary>
internal sealed record AuditReport
{
    [JsonPropertyName("intact")]
    public required bool Intact { get; init; }

    /// <summary>Records found in order, from the oldest on.</summary>
    [JsonPropertyName("records")]
    public required long Records { get; init; }

    /// <summary>The first thing that is wrong, with file and line; absent when nothing is.</summary>
    [JsonPropertyName("fault")]
    public string? Fault { get; init; }

    [JsonPropertyName("note")]
    public required string Note { get; init; }
}

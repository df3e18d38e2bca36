using System.Text.Json.Serialization;

namespace KeychainAuth.Cli.Diagnosis;

/// <summary><c>doctor --json</c>.</summary>
internal sealed record DoctorReport
{
    [JsonPropertyName("healthy")]
    public required bool Healthy { get; init; }

    [JsonPropertyName("checks")]
    public required IReadOnlyList<DoctorFinding> Checks { get; init; }
}

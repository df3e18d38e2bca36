using System.Text.Json.Serialization;

namespace KeychainAuth.Cli.Output;

/// <summary>A shim, for programs.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Program">What it starts.</param>
/// <param name="Script">Whether that is a script.</param>
/// <param name="Exists">Whether that is there.</param>
internal sealed record ShimReport(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("program")] string Program,
    [property: JsonPropertyName("script")] bool Script,
    [property: JsonPropertyName("exists")] bool Exists);

using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>What one run of the native client found. Times in nanoseconds.</summary>
/// <param name="Count">How many were measured.</param>
/// <param name="Elapsed">How long all of them took.</param>
/// <param name="P999">99.9 of 100 took no longer.</param>
/// <param name="Quantiles">101 values: the shortest, the percentiles, the longest.</param>
internal sealed record Measurement(
    [property: JsonPropertyName("count")] long Count,
    [property: JsonPropertyName("elapsed")] long Elapsed,
    [property: JsonPropertyName("p999")] long P999,
    [property: JsonPropertyName("quantiles")] IReadOnlyList<long> Quantiles)
{
    internal double P50 => Quantiles[50] / 1000.0;

    internal double P99 => Quantiles[99] / 1000.0;

    internal double PerSecond => Count * 1e9 / Elapsed;

    internal static Measurement Parse(string json) =>
        JsonSerializer.Deserialize<Measurement>(json) ?? throw new FormatException("The client printed no measurement.");
}

namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>A single number that a run has found.</summary>
internal sealed record Figure(string Name, double Value, string Unit);

namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>One line of the table: what was aimed at, and what came out.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Target">The aim, in words.</param>
/// <param name="Measured">What came out, in words.</param>
/// <param name="IsMet">Whether the aim is met; null where there is none.</param>
internal sealed record Verdict(string What, string Target, string Measured, bool? IsMet);

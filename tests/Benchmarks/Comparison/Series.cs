namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>The rounds of one row in one column.</summary>
internal sealed record Series(string Row, string Column)
{
    internal List<Measurement> Rounds { get; } = [];

    /// <summary>Microseconds: the median over the rounds.</summary>
    internal double P50 => Median(Rounds.Select(r => r.P50));

    internal double P99 => Median(Rounds.Select(r => r.P99));

    internal double PerSecond => Median(Rounds.Select(r => r.PerSecond));

    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

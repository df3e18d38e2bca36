namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>Everything a run has found so far.</summary>
internal sealed class Recorder
{
    private readonly List<Series> _series = [];
    private readonly List<Figure> _figures = [];
    private readonly List<Verdict> _verdicts = [];

    internal IReadOnlyList<Series> Series => _series;

    internal IReadOnlyList<Figure> Figures => _figures;

    internal IReadOnlyList<Verdict> Verdicts => _verdicts;

    internal void Add(string row, string column, Measurement measurement)
    {
        if (Find(row, column) is not { } series)
        {
            _series.Add(series = new Series(row, column));
        }

        series.Rounds.Add(measurement);
    }

    internal void Add(string name, double value, string unit) => _figures.Add(new Figure(name, value, unit));

    internal void Add(Verdict verdict) => _verdicts.Add(verdict);

    internal Series? Find(string row, string column) => _series.Find(s => s.Row == row && s.Column == column);

    /// <summary>How many times as long as another column each round took, in the median.</summary>
    internal double Ratio(string row, string column, string floorRow) =>
        Comparison.Series.Median(Find(row, column)!.Rounds.Zip(Find(floorRow, Columns.Floor)!.Rounds, (ours, floor) => ours.P50 / floor.P50));
}

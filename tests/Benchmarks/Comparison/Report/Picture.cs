using System.Globalization;
using KeychainAuth.Benchmarks.Comparison.Parts;

namespace KeychainAuth.Benchmarks.Comparison.Report;

/// <summary>latency.svg: the distribution, and how the cost grows.</summary>
internal static class Picture
{
    private static readonly string[] Sizes = ["20 KB", "25 MB", "100 MB"];

    internal static string Draw(Recorder recorder)
    {
        string[] percentiles = [.. Enumerable.Range(0, 100).Select(p => p % 25 == 0 || p == 99 ? p.ToString(CultureInfo.InvariantCulture) : "")];
        var distribution = new Chart("Latency distribution", "percentile", percentiles);
        foreach ((string row, string name) in ((string, string)[])[("read on a kept connection", "read"), (LatencyPart.ConnectRow("20 KB"), "connect")])
        {
            foreach (string column in (string[])[Columns.Floor, Columns.Ours, Columns.Other])
            {
                if (recorder.Find(row, column) is { } series)
                {
                    distribution.With($"{name}, {column}", Enumerable.Range(0, 100).Select(p => Series.Median(series.Rounds.Select(r => r.Quantiles[p] / 1000.0))));
                }
            }
        }

        var size = new Chart("Connect, verify, read: by size of the executable", "size of the client's executable", Sizes);
        foreach (string column in (string[])[Columns.Floor, Columns.Ours, Columns.Other])
        {
            if (recorder.Find(LatencyPart.ConnectRow(Sizes[0]), column) is not null)
            {
                size.With($"{column}, p50", Sizes.Select(s => recorder.Find(LatencyPart.ConnectRow(s), column)!.P50));
            }
        }

        return Chart.Draw([
            distribution,
            size,
            Growth(recorder, "Read: by number of secrets", "secrets in the file store", [10, 100, 1000, 10_000], StorePart.Row),
            Growth(recorder, "Read: by number of connections", "idle connections of others", [0, 100, 500, 1000], CrowdPart.Row)]);
    }

    private static Chart Growth(Recorder recorder, string title, string axis, int[] places, Func<int, string> row)
    {
        int[] measured = [.. places.Where(place => recorder.Find(row(place), Columns.Ours) is not null)];
        var chart = new Chart(title, axis, [.. measured.Select(place => place.ToString("N0", CultureInfo.InvariantCulture))]);
        return chart
            .With("p50", measured.Select(place => recorder.Find(row(place), Columns.Ours)!.P50))
            .With("p99", measured.Select(place => recorder.Find(row(place), Columns.Ours)!.P99));
    }
}

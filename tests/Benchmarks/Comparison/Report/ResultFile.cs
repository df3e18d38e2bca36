using System.Text.Json;

namespace KeychainAuth.Benchmarks.Comparison.Report;

/// <summary>results.json: everything that was measured.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    internal static void Write(string path, MachineFacts machine, Recorder recorder) =>
        File.WriteAllText(path, JsonSerializer.Serialize(
            new
            {
                machine,
                table = recorder.Verdicts,
                figures = recorder.Figures,
                series = recorder.Series.Select(s => new
                {
                    s.Row,
                    s.Column,
                    p50 = s.P50,
                    p99 = s.P99,
                    s.PerSecond,
                    rounds = s.Rounds.Select(r => new { r.Count, r.Elapsed, r.P999, r.Quantiles }),
                }),
            },
            Options) + "\n");
}

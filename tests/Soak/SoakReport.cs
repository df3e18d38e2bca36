using System.Globalization;
using System.Text;

namespace KeychainAuth.Soak;

/// <summary>What a person reads afterwards.</summary>
internal static class SoakReport
{
    private const int Shown = 11;

    internal static string Write(SoakRun run)
    {
        var text = new StringBuilder();
        Line(text, $"{run.Elapsed.TotalMinutes:0.0} minutes, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, load at the end {File.ReadAllText("/proc/loadavg").Split(' ')[0]}.\n");
        Line(text, $"| done | times |\n|---|---|");
        foreach ((string what, long count) in run.Ledger.Counts.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            Line(text, $"| {what} | {count:N0} |");
        }

        Line(text, $"\n| minute | resident, KiB | anonymous, KiB | descriptors | threads |\n|---|---|---|---|---|");
        for (int index = 0; index < Shown && run.Samples.Count > 0; index++)
        {
            Sample sample = run.Samples[index * (run.Samples.Count - 1) / (Shown - 1)];
            Line(text, $"| {sample.Minute:0.0} | {sample.Resident:N0} | {sample.Anonymous:N0} | {sample.Descriptors:0} | {sample.Threads:0} |");
        }

        Line(text, $"\n| judged | found | good |\n|---|---|---|");
        foreach (Verdict verdict in run.Verdicts)
        {
            Line(text, $"| {verdict.What} | {verdict.Found} | {(verdict.IsGood ? "yes" : "**no**")} |");
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}

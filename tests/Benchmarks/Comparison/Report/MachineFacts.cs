using System.Globalization;

namespace KeychainAuth.Benchmarks.Comparison.Report;

/// <summary>Where and when a run was made.</summary>
internal sealed record MachineFacts(string Processor, int Cores, string Kernel, string Load, string Date, int Rounds, int Scale)
{
    internal static MachineFacts Read(BenchOptions options) => new(
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown",
        Environment.ProcessorCount,
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..2]),
        DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC",
        options.Rounds,
        options.Scale);

    internal string Sentence => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Cores} cores, Linux {Kernel}; {Date}; load at the start {Load} (1 and 5 minutes); {Rounds} rounds, {Scale} % of the requests.");
}

using System.Globalization;

namespace KeychainAuth.Soak;

/// <summary>The daemon's weight at one moment.</summary>
/// <param name="Minute">Minutes since the start.</param>
/// <param name="Resident">KiB.</param>
/// <param name="Anonymous">KiB of it that no file backs.</param>
/// <param name="Descriptors">Open descriptors.</param>
/// <param name="Threads">Threads.</param>
internal sealed record Sample(double Minute, double Resident, double Anonymous, double Descriptors, double Threads)
{
    internal static Sample Take(int processId, double minute)
    {
        var status = File.ReadLines($"/proc/{processId}/status")
            .Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0], parts => parts[1].Replace("kB", "", StringComparison.Ordinal).Trim());
        double Number(string name) => double.Parse(status[name], CultureInfo.InvariantCulture);
        return new Sample(
            minute, Number("VmRSS"), Number("RssAnon"), Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length, Number("Threads"));
    }
}

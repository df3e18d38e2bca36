using System.Diagnostics;
using System.Globalization;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Benchmarks.Comparison.Parts;

/// <summary>From the start of the command line to the first answered read, and what the idle daemon weighs.</summary>
internal sealed class StartPart : IPart
{
    private const int Starts = 11;

    public string Name => "start";

    public async Task RunAsync(BenchContext context)
    {
        var times = new List<double>();
        double memory = 0;
        double anonymous = 0;
        for (int start = 0; start < Starts; start++)
        {
            using var place = new TestDirectory();
            await using var daemon = new BenchDaemon(context.Options.Tree, place.Path);
            await daemon.RegisterAsync(context.Small);
            using Process waiting = context.Small.Start(NativeClient.Read("none"), NativeClient.Answer, [], "await", daemon.Socket);

            // Stopwatch and the client read the same monotonic clock.
            long began = Stopwatch.GetTimestamp();
            daemon.Launch();
            string answered = await waiting.StandardOutput.ReadToEndAsync();
            double elapsed = (long.Parse(answered, CultureInfo.InvariantCulture) - (began * (1e9 / Stopwatch.Frequency))) / 1e6;
            times.Add(elapsed);
            await Task.Delay(TimeSpan.FromSeconds(3));
            memory = daemon.Status("VmRSS");
            anonymous = daemon.Status("RssAnon");
        }

        double median = Series.Median(times);
        context.Recorder.Add("start to first answered read, least", times.Min(), "ms");
        context.Recorder.Add(new Verdict(
            "start to first answered read", "100 ms", string.Create(CultureInfo.InvariantCulture, $"{median:0} ms (least {times.Min():0}, most {times.Max():0} of {Starts})"), median <= 100));
        context.Recorder.Add(new Verdict(
            "resident memory when idle", "45 MB",
            string.Create(CultureInfo.InvariantCulture, $"{memory / 1024:0.0} MB, of which {anonymous / 1024:0.0} MB anonymous"), memory <= 45 * 1024));
    }
}

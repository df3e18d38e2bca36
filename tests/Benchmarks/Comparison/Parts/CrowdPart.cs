using System.Diagnostics;
using System.Globalization;

namespace KeychainAuth.Benchmarks.Comparison.Parts;

/// <summary>Many connections that do nothing, and many that come and go.</summary>
internal sealed class CrowdPart : IPart
{
    private static readonly int[] Crowds = [0, 100, 500, 1000];

    public string Name => "crowd";

    public async Task RunAsync(BenchContext context)
    {
        foreach (int crowd in Crowds)
        {
            using Process? holder = crowd == 0 ? null : await HoldAsync(context, crowd);
            for (int round = 0; round < context.Options.Rounds; round++)
            {
                context.Recorder.Add(Row(crowd), Columns.Ours, await context.Small.MeasureAsync(
                    BenchContext.Request, NativeClient.Answer, ["-w", "200"], "kept", context.Daemon.Socket, NativeClient.Text(context.Options.Count(2000))));
            }

            await ReleaseAsync(holder);
        }

        Series alone = context.Recorder.Find(Row(0), Columns.Ours)!;
        Series crowded = context.Recorder.Find(Row(1000), Columns.Ours)!;
        context.Recorder.Add(new Verdict(
            "1,000 idle connections", "no effect on others beyond noise",
            string.Create(CultureInfo.InvariantCulture, $"p50 {alone.P50:0.0} us without, {crowded.P50:0.0} us with them; p99 {alone.P99:0.0} and {crowded.P99:0.0} us"),
            crowded.P50 <= alone.P50 * 1.25));

        // What a second thousand adds to the first, so that what the runtime takes for itself does not count.
        using Process first = await HoldAsync(context, 1000);
        double before = context.Daemon.Status("RssAnon");
        using Process second = await HoldAsync(context, 1000);
        double each = (context.Daemon.Status("RssAnon") - before) / 1000;
        await ReleaseAsync(first);
        await ReleaseAsync(second);
        context.Recorder.Add(new Verdict(
            "memory of an idle connection", "at most 10 KB", string.Create(CultureInfo.InvariantCulture, $"{each:0.0} KB of anonymous memory"), each <= 10));
        await CyclesAsync(context);
    }

    internal static string Row(int crowd) => string.Create(CultureInfo.InvariantCulture, $"read beside {crowd} idle connections");

    private static async Task<Process> HoldAsync(BenchContext context, int connections)
    {
        Process holder = context.Small.Start(BenchContext.Request, NativeClient.Answer, [], "hold", context.Daemon.Socket, NativeClient.Text(connections));
        return await holder.StandardOutput.ReadLineAsync() == "ready" ? holder : throw new InvalidOperationException(await holder.StandardError.ReadToEndAsync());
    }

    private static async Task ReleaseAsync(Process? holder)
    {
        if (holder is not null)
        {
            holder.StandardInput.Close();
            await holder.WaitForExitAsync();
        }
    }

    // Processes that start, connect, read and exit.
    private static async Task CyclesAsync(BenchContext context)
    {
        int cycles = context.Options.Count(10_000);

        // As many before: what the runtime takes for itself in the first some thousand is taken once.
        await SpawnAsync(context, cycles);
        (int descriptors, double memory, double threads) = await SettledAsync(context);
        Stopwatch watch = Stopwatch.StartNew();
        await SpawnAsync(context, cycles);
        context.Recorder.Add($"{cycles} processes that connect, read and exit", watch.Elapsed.TotalSeconds, "s");
        (int descriptorsAfter, double memoryAfter, double threadsAfter) = await SettledAsync(context);
        context.Recorder.Add(new Verdict(
            string.Create(CultureInfo.InvariantCulture, $"{cycles:N0} processes that connect, read and exit"),
            "leave no descriptor and no memory behind",
            string.Create(CultureInfo.InvariantCulture, $"{descriptors} descriptors before, {descriptorsAfter} after; {threads:0} and {threadsAfter:0} threads; {memory:N0} and {memoryAfter:N0} KB of anonymous memory"),
            descriptorsAfter <= descriptors + 2 && memoryAfter <= memory * 1.1 + 2048));
    }

    private static async Task SpawnAsync(BenchContext context, int count) =>
        await context.Small.MeasureAsync(BenchContext.Request, NativeClient.Answer, [], "spawn", context.Daemon.Socket, NativeClient.Text(count));

    // Pins of processes that are gone are let go within 10 seconds.
    private static async Task<(int Descriptors, double Memory, double Threads)> SettledAsync(BenchContext context)
    {
        await Task.Delay(TimeSpan.FromSeconds(15));
        return (context.Daemon.Descriptors(), context.Daemon.Status("RssAnon"), context.Daemon.Status("Threads"));
    }
}

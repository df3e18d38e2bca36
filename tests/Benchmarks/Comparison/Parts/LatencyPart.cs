using System.Globalization;

namespace KeychainAuth.Benchmarks.Comparison.Parts;

/// <summary>Connections and requests against the floor, in interleaved rounds.</summary>
internal sealed class LatencyPart : IPart
{
    private const string Kept = "read on a kept connection";
    private const string Pipelined = "pipelined reads, 64 on their way";
    private const string First = "first connect of a new process";
    private const int Mappings = 20;

    // Connect, verify, read by a process that is pinned. The floor does not care for the size of an executable, but it is
    // measured with the same one.
    private static readonly (string Name, long Bytes)[] Sizes = [("20 KB", 0), ("25 MB", 25L << 20), ("100 MB", 100L << 20)];

    public string Name => "latency";

    public async Task RunAsync(BenchContext context)
    {
        var clients = new List<(string Row, NativeClient Client)>();
        foreach ((string name, long bytes) in Sizes)
        {
            NativeClient client = bytes == 0
                ? context.Small
                : context.Small.Padded(Path.Combine(context.Options.Clients ?? context.Directory, $"measure-{bytes >> 20}"), bytes);
            await context.Daemon.RegisterAsync(client);
            clients.Add((ConnectRow(name), client));
        }

        await WarmUpAsync(context);
        string more = NativeClient.Text(Mappings);
        string[] warm = ["-w", NativeClient.Text(context.Options.Count(300))];
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            await context.CompareAsync(Kept, context.Small, warm, "kept", 5000);
            await context.CompareAsync(Pipelined, context.Small, [], "pipeline", 50_000, "64");
            foreach ((string row, NativeClient client) in clients)
            {
                await context.CompareAsync(row, client, warm, "connect", 1500);
            }

            await context.CompareAsync(Mapped(ConnectRow("20 KB")), context.Small, [.. warm, "-m", more], "connect", 1500);
            await context.CompareAsync(First, context.Small, [], "spawn", 100);
            await context.CompareAsync(Mapped(First), context.Small, ["-m", more], "spawn", 100);
        }

        Judge(context.Recorder);
    }

    /// <summary>
    /// The runtime compiles what is used often once more. A daemon that runs for days is measured after that: some three
    /// thousand new processes later it compiles nothing any more.
    /// </summary>
    private static async Task WarmUpAsync(BenchContext context)
    {
        foreach ((string action, int count) in ((string, int)[])[("kept", 30_000), ("pipeline", 100_000), ("connect", 8000), ("spawn", 3000)])
        {
            string[] depth = action == "pipeline" ? ["64"] : [];
            await context.Small.MeasureAsync(BenchContext.Request, NativeClient.Answer, [], [action, context.Daemon.Socket, NativeClient.Text(context.Options.Count(count)), .. depth]);
        }
    }

    internal static string ConnectRow(string size) => $"connect, verify, read by a pinned process of {size}";

    private static string Mapped(string row) => $"{row}, {Mappings} more file mappings";

    private static void Judge(Recorder recorder)
    {
        foreach ((string size, _) in Sizes)
        {
            recorder.Add(AtMost(recorder, ConnectRow(size), 3));
        }

        recorder.Add(AtMost(recorder, Mapped(ConnectRow("20 KB")), 3));
        recorder.Add(AtMost(recorder, First, 4.5));
        Series plain = recorder.Find(First, Columns.Ours)!;
        Series mapped = recorder.Find(Mapped(First), Columns.Ours)!;
        recorder.Add(new Verdict(
            "growth of the first connect per file mapping", "printed", $"{(mapped.P50 - plain.P50) / Mappings:0.0} us".ToString(CultureInfo.InvariantCulture), null));
        recorder.Add(AtMost(recorder, Kept, 2));
        Series pipelined = recorder.Find(Pipelined, Columns.Ours)!;
        recorder.Add(new Verdict(Pipelined, "at least 100,000 a second", string.Create(CultureInfo.InvariantCulture, $"{pipelined.PerSecond:N0} a second"), pipelined.PerSecond >= 100_000));
    }

    private static Verdict AtMost(Recorder recorder, string row, double times)
    {
        double ratio = recorder.Ratio(row, Columns.Ours, row);
        Series ours = recorder.Find(row, Columns.Ours)!;
        Series floor = recorder.Find(row, Columns.Floor)!;
        string other = recorder.Find(row, Columns.Other) is { } measured ? string.Create(CultureInfo.InvariantCulture, $"; other daemon {measured.P50:0.0} us") : "";
        return new Verdict(
            row,
            string.Create(CultureInfo.InvariantCulture, $"p50 at most {times:0.#} times the floor"),
            string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0} times: {ours.P50:0.0} us (p99 {ours.P99:0.0}) to {floor.P50:0.0} us (p99 {floor.P99:0.0}){other}"),
            ratio <= times);
    }
}

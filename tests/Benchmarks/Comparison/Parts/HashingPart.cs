using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace KeychainAuth.Benchmarks.Comparison.Parts;

/// <summary>The first connect of an unknown large executable, and what it does to others meanwhile.</summary>
internal sealed class HashingPart : IPart
{
    private const string Before = "read on a kept connection, nothing being hashed";
    private const string During = "read on a kept connection while 100 MB executables are hashed";
    private const long Bytes = 100L << 20;
    private const int Strangers = 5;

    public string Name => "hashing";

    public async Task RunAsync(BenchContext context)
    {
        string[] count = ["kept", context.Daemon.Socket, NativeClient.Text(context.Options.Count(3000))];
        context.Recorder.Add(Before, Columns.Ours, await context.Small.MeasureAsync(BenchContext.Request, NativeClient.Answer, [], count));

        var ratios = new List<double>();
        for (int index = 0; index < Strangers; index++)
        {
            NativeClient stranger = context.Small.Padded(Path.Combine(context.Directory, $"stranger-{index}"), Bytes);
            double pass = Hash(stranger.Executable);
            double connect = await RefusedAsync(context, stranger);
            ratios.Add(connect / pass);
            context.Recorder.Add($"one pass of SHA-256 over 100 MB, {index}", pass, "ms");
            context.Recorder.Add($"first connect of an unknown executable of 100 MB, {index}", connect, "ms");
        }

        // New names for what is hashed: each has to be hashed again, one after the other, while somebody else reads.
        Task<Measurement> reading = context.Small.MeasureAsync(BenchContext.Request, NativeClient.Answer, [], count);
        int hashed = 0;
        while (!reading.IsCompleted)
        {
            NativeClient copy = new(Path.Combine(context.Directory, $"again-{hashed++}"));
            File.Copy(Path.Combine(context.Directory, "stranger-0"), copy.Executable, overwrite: true);
            await RefusedAsync(context, copy);
            File.Delete(copy.Executable);
        }

        context.Recorder.Add(During, Columns.Ours, await reading);
        foreach (string file in Directory.GetFiles(context.Directory, "stranger-*"))
        {
            File.Delete(file);
        }

        double ratio = Series.Median(ratios);
        context.Recorder.Add(new Verdict(
            "first connect of an unknown executable of 100 MB",
            "within 1.1 of one pass of SHA-256",
            string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} times"),
            ratio <= 1.1));
        Series before = context.Recorder.Find(Before, Columns.Ours)!;
        Series during = context.Recorder.Find(During, Columns.Ours)!;
        context.Recorder.Add(new Verdict(
            "others meanwhile",
            "not delayed",
            string.Create(CultureInfo.InvariantCulture, $"p50 {before.P50:0.0} us before, {during.P50:0.0} us during {hashed} hashings"),
            null));
    }

    // As the daemon does: large reads, one after the other. The file is in the page cache for both.
    private static double Hash(string path)
    {
        byte[] buffer = new byte[1 << 20];
        long best = long.MaxValue;
        for (int pass = 0; pass < 3; pass++)
        {
            long start = Stopwatch.GetTimestamp();
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            int count;
            while ((count = file.Read(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, count);
            }

            _ = hash.GetHashAndReset();
            best = Math.Min(best, Stopwatch.GetTimestamp() - start);
        }

        return best * 1000.0 / Stopwatch.Frequency;
    }

    private static async Task<double> RefusedAsync(BenchContext context, NativeClient client)
    {
        string output = await client.RunAsync("", """{"type":"RESPONSE","status":"denied","reason":"unregistered""", [], "refused", context.Daemon.Socket);
        return long.Parse(output.Split('\n')[0], CultureInfo.InvariantCulture) / 1e6;
    }
}

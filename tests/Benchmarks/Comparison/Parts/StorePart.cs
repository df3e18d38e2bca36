using System.Globalization;

namespace KeychainAuth.Benchmarks.Comparison.Parts;

/// <summary>The file store with many secrets.</summary>
internal sealed class StorePart : IPart
{
    private static readonly int[] Sizes = [10, 100, 1000, 10_000];

    public string Name => "store";

    public async Task RunAsync(BenchContext context)
    {
        int stored = 0;
        double renames = 0;
        foreach (int size in Sizes)
        {
            while (stored < size)
            {
                int batch = Math.Min(1000, size - stored);
                renames = await WriteAsync(context, stored, batch);
                stored += batch;
            }

            for (int round = 0; round < context.Options.Rounds; round++)
            {
                context.Recorder.Add(Row(size), Columns.Ours, await context.Small.MeasureAsync(
                    NativeClient.Read("s0"), NativeClient.Answer, ["-w", "200"], "kept", context.Daemon.Socket, NativeClient.Text(context.Options.Count(2000))));
            }
        }

        double few = context.Recorder.Find(Row(Sizes[0]), Columns.Ours)!.P50;
        double many = context.Recorder.Find(Row(Sizes[^1]), Columns.Ours)!.P50;
        context.Recorder.Add(new Verdict(
            "read with 10,000 secrets in the file store",
            "as with 10",
            string.Create(CultureInfo.InvariantCulture, $"{many:0.0} us to {few:0.0} us"),
            many <= few * 1.2));
        context.Recorder.Add(new Verdict(
            "a batch of 1,000 writes", "one write of the file", string.Create(CultureInfo.InvariantCulture, $"{renames:0} replacements of keyring.json"), renames == 1));
    }

    internal static string Row(int secrets) => string.Create(CultureInfo.InvariantCulture, $"read with {secrets} secrets");

    /// <returns>How often the keyring was put in place meanwhile.</returns>
    private static async Task<double> WriteAsync(BenchContext context, int first, int count)
    {
        int replaced = 0;
        Directory.CreateDirectory(context.Daemon.KeyringDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var watcher = new FileSystemWatcher(context.Daemon.KeyringDirectory, "keyring.json");
        watcher.Renamed += (_, _) => Interlocked.Increment(ref replaced);
        watcher.Created += (_, _) => Interlocked.Increment(ref replaced);
        watcher.EnableRaisingEvents = true;
        string output = await context.Small.RunAsync(
            NativeClient.Write(Enumerable.Range(first, count).Select(i => $"s{i}"), "value"), NativeClient.Answer, [], "kept", context.Daemon.Socket, "1");
        context.Recorder.Add($"batch of {count} writes beside {first} secrets", Measurement.Parse(output).P50 / 1000, "ms");

        // Events come from a thread of their own; one more change in the directory marks that all before have come.
        var marked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string marker = Path.Combine(context.Daemon.KeyringDirectory, "marker");
        using var end = new FileSystemWatcher(context.Daemon.KeyringDirectory, "marker");
        end.Created += (_, _) => marked.TrySetResult();
        end.EnableRaisingEvents = true;
        await File.WriteAllTextAsync(marker, "");
        await marked.Task.WaitAsync(TimeSpan.FromSeconds(10));
        File.Delete(marker);
        return replaced;
    }
}

using System.Globalization;

namespace KeychainAuth.Benchmarks.Comparison.Parts;

/// <summary>How long the command line takes from its start to its end.</summary>
internal sealed class CommandPart : IPart
{
    private const int Runs = 40;

    public string Name => "command";

    public async Task RunAsync(BenchContext context)
    {
        await MeasureAsync(context, "true", ["/bin/true"], target: null);
        await MeasureAsync(context, "status", [context.Daemon.CommandLine, "status"], target: 6);
        await MeasureAsync(context, "register of a small file", [context.Daemon.CommandLine, "register", context.Small.Executable, "--read", NativeClient.Service], target: 6);
    }

    private static async Task MeasureAsync(BenchContext context, string name, string[] command, double? target)
    {
        string row = $"command line: {name}";
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            context.Recorder.Add(row, Columns.Ours, await context.Small.TimeAsync(Runs, command, context.Daemon.Environment));
        }

        if (target is { } most)
        {
            double median = context.Recorder.Find(row, Columns.Ours)!.P50 / 1000;
            context.Recorder.Add(new Verdict(
                row, $"at most {most} ms", string.Create(CultureInfo.InvariantCulture, $"{median:0.0} ms"), median <= most));
        }
    }
}

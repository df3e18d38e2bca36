namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>What the parts of a run share.</summary>
/// <param name="Options">What to do.</param>
/// <param name="Recorder">Where findings go.</param>
/// <param name="Daemon">Ours, running.</param>
/// <param name="Floor">The echo server, running.</param>
/// <param name="Small">The client as the compiler made it, about 20 KB, registered.</param>
/// <param name="Directory">A private place.</param>
internal sealed record BenchContext(
    BenchOptions Options, Recorder Recorder, BenchDaemon Daemon, EchoFloor Floor, NativeClient Small, string Directory)
{
    /// <summary>A target that exists from the start.</summary>
    internal const string Target = "latency";

    internal static string Request => NativeClient.Read(Target);

    /// <summary>Measures the floor, ours and, where there is one, the other daemon once, in this order.</summary>
    internal async Task CompareAsync(string row, NativeClient client, string[] options, string action, int count, params string[] more)
    {
        string number = NativeClient.Text(Options.Count(count));
        Recorder.Add(row, Columns.Floor, await client.MeasureAsync(Request, "{", options, [action, Floor.Socket, number, .. more]));
        Recorder.Add(row, Columns.Ours, await client.MeasureAsync(Request, NativeClient.Answer, options, [action, Daemon.Socket, number, .. more]));
        if (Options.Socket is { } other)
        {
            Recorder.Add(row, Columns.Other, await client.MeasureAsync(Request, NativeClient.Answer, options, [action, other, number, .. more]));
        }
    }
}

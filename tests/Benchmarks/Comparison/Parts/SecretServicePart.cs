using System.Globalization;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Benchmarks.Comparison.Parts;

/// <summary>
/// The Secret Service against a direct libsecret lookup: measured by a program of its own, which scripts/bench builds,
/// because it needs a bus and a provider.
/// </summary>
internal sealed class SecretServicePart : IPart
{
    private const string What = "Secret Service read";
    private const string Target = "at most 1.2 times a direct libsecret lookup";
    private const string RatioBegins = "ratio of medians";

    public string Name => "secretservice";

    public async Task RunAsync(BenchContext context)
    {
        string program = Path.GetFullPath(Path.Combine(context.Options.Native, "../../../artifacts/bin/SecretServiceBenchmark/release/SecretServiceBenchmark"));
        if (!File.Exists(program))
        {
            context.Recorder.Add(new Verdict(What, Target, "not measured: tests/Benchmarks/SecretService is not built", null));
            return;
        }

        CommandResult result = await Command.RunAsync(program, []);
        string? line = result.Output.Split('\n').FirstOrDefault(l => l.StartsWith(RatioBegins, StringComparison.Ordinal));
        if (result.ExitCode != 0 || line is null)
        {
            context.Recorder.Add(new Verdict(What, Target, $"not measured: the program ended with {result.ExitCode} (its packages: scripts/install-test-packages)", null));
            Console.Error.WriteLine(result);
            return;
        }

        // "ratio of medians, ...: 1.05 (target: ...)"
        double ratio = double.Parse(line.Split(": ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        context.Recorder.Add(new Verdict(What, Target, string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} times"), ratio <= 1.2));
    }
}

using KeychainAuth.Tests.Support;

namespace KeychainAuth.Benchmarks.Comparison.Parts;

/// <summary>
/// The Secret Service against a direct libsecret lookup: measured by a program of its own, where the tree has the
/// plugin, because it needs a bus and a provider.
/// </summary>
internal sealed class SecretServicePart : IPart
{
    public string Name => "secretservice";

    public async Task RunAsync(BenchContext context)
    {
        string script = Path.GetFullPath(Path.Combine(context.Options.Native, "..", "SecretService", "run"));
        if (!File.Exists(script))
        {
            context.Recorder.Add(new Verdict("Secret Service read", "at most 1.2 times a direct lookup", "not measured: this tree has no Secret Service benchmark", null));
            return;
        }

        // Prints one line: direct p50, ours p50, both in microseconds.
        CommandResult result = await Command.RunAsync(script, [context.Options.Tree]);
        string[] words = result.Output.Trim().Split(' ');
        if (result.ExitCode != 0 || words.Length != 2)
        {
            throw new InvalidOperationException($"{script}: {result}");
        }

        double direct = double.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture);
        double ours = double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
        context.Recorder.Add(new Verdict(
            "Secret Service read", "at most 1.2 times a direct lookup",
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ours / direct:0.00} times: {ours:0} us to {direct:0} us"), ours <= direct * 1.2));
    }
}

using System.Diagnostics;
using System.Globalization;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>One executable of the measuring client, of a certain size and at a path of its own.</summary>
internal sealed class NativeClient(string path)
{
    internal const string Service = "bench";

    /// <summary>How every answer begins that counts.</summary>
    internal const string Answer = "{\"type\":\"RESPONSE\",\"status\":\"success\"";

    internal string Executable { get; } = path;

    /// <summary>The request that is measured: with its line end exactly 128 bytes.</summary>
    internal static string Read(string target) =>
        Pad($$"""{"type":"REQUEST","action":"read","service":"{{Service}}","targets":["{{target}}"]""");

    internal static string Write(IEnumerable<string> targets, string value)
    {
        string[] quoted = [.. targets.Select(t => $"\"{t}\"")];
        return $$"""{"type":"REQUEST","action":"write","service":"{{Service}}","targets":[{{string.Join(',', quoted)}}],"values":[{{string.Join(',', quoted.Select(_ => $"\"{value}\""))}}]}""";
    }

    /// <summary>Compiles the C programs.</summary>
    internal static async Task<NativeClient> CompileAsync(string source, string output)
    {
        CommandResult result = await Command.RunAsync("gcc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", output, source]);
        return result.ExitCode == 0 ? new NativeClient(output) : throw new InvalidOperationException($"{source} does not compile: {result}");
    }

    /// <summary>The same program, made larger by bytes that are never loaded.</summary>
    internal NativeClient Padded(string path, long bytes)
    {
        File.Copy(Executable, path, overwrite: true);
        using FileStream file = File.OpenWrite(path);
        byte[] chunk = new byte[1 << 20];
        var random = new Random(1);
        file.Seek(0, SeekOrigin.End);
        while (file.Length < bytes)
        {
            random.NextBytes(chunk);
            file.Write(chunk.AsSpan(0, (int)Math.Min(chunk.Length, bytes - file.Length)));
        }

        // Installed a while ago: whoever hashes a file first waits until it is on the disk.
        file.Flush(flushToDisk: true);
        return new NativeClient(path);
    }

    /// <summary>Runs it to its end and reads what it measured.</summary>
    internal async Task<Measurement> MeasureAsync(string request, string expected, string[] options, params string[] action) =>
        Measurement.Parse(await RunAsync(request, expected, options, action));

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it printed.</returns>
    internal Task<string> RunAsync(string request, string expected, string[] options, params string[] action) =>
        RunAsync([.. options, "-r", request, "-x", expected, .. action], environment: null);

    /// <summary>Measures how long a program takes from its start to its end.</summary>
    internal async Task<Measurement> TimeAsync(int runs, string[] command, IReadOnlyDictionary<string, string> environment) =>
        Measurement.Parse(await RunAsync(["run", Text(runs), .. command], environment));

    private async Task<string> RunAsync(string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        CommandResult result = await Command.RunAsync(Executable, arguments, environment);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{Executable} {string.Join(' ', arguments)}: {result}");
    }

    internal Process Start(string request, string expected, string[] options, params string[] action) =>
        Command.Start(Executable, [.. options, "-r", request, "-x", expected, .. action], environment: null);

    internal static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Pad(string begin)
    {
        const int Length = 127;
        string end = "}";
        string middle = ",\"pad\":\"\"";
        int missing = Length - begin.Length - end.Length - middle.Length;
        return begin + ",\"pad\":\"" + new string('x', Math.Max(missing, 0)) + "\"" + end;
    }
}

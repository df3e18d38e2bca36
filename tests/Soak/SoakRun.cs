using System.Diagnostics;
using System.Text;
using System.Text.Json;
using KeychainAuth.Soak.Actors;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Soak;

/// <summary>A soak from its start to its verdicts.</summary>
internal sealed class SoakRun(SoakOptions options)
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(10);

    private readonly Ledger _ledger = new();
    private readonly List<Sample> _samples = [];
    private readonly List<Verdict> _verdicts = [];
    private readonly Stopwatch _watch = new();

    internal IReadOnlyList<Sample> Samples => _samples;

    internal IReadOnlyList<Verdict> Verdicts => _verdicts;

    internal Ledger Ledger => _ledger;

    internal TimeSpan Elapsed => _watch.Elapsed;

    internal async Task RunAsync()
    {
        using var place = new TestDirectory();
        await using var daemon = new SoakDaemon(options.Tree, place.Path);
        await daemon.StartAsync();
        string relay = await CompileAsync(daemon, "relay");
        foreach (LineClientKind kind in LineClientKind.All)
        {
            await daemon.CliOkAsync(["register", kind.Executable(daemon.Work), .. kind.Registration, "--read", kind.Service, "--write", kind.Service]);
        }

        await daemon.CliOkAsync("register", options.Client, "--read", LibraryUser.Service, "--write", LibraryUser.Service);
        string stranger = Copy(relay, "stranger");
        string edited = Copy(relay, "edited");

        _watch.Start();
        using var end = new CancellationTokenSource(options.Duration);
        LineClientKind c = LineClientKind.All[0];
        IActor[] actors =
        [
            .. LineClientKind.All.Select((kind, index) => new Writer(kind, TimeSpan.FromMilliseconds(kind == c ? 20 : 150), index)),
            new Writer(c, TimeSpan.FromMilliseconds(20), LineClientKind.All.Count),
            new LibraryUser(options.Client, TimeSpan.FromMilliseconds(500)),
            new Stranger(stranger, TimeSpan.FromMilliseconds(300)),
            new Editor(c, edited, TimeSpan.FromSeconds(3)),
            new Idler(c, TimeSpan.FromSeconds(2)),
        ];
        Task[] acting = [.. actors.Select(actor => ActAsync(actor, daemon, end))];
        await SampleAsync(daemon, end.Token);
        foreach (Task act in acting)
        {
            await act;
        }

        _watch.Stop();
        await JudgeAsync(daemon);
    }

    // One actor's failure ends the soak, and is its verdict.
    private async Task ActAsync(IActor actor, SoakDaemon daemon, CancellationTokenSource end)
    {
        try
        {
            await actor.RunAsync(daemon, _ledger, end.Token);
        }
        catch (Exception e) when (e is SoakException or IOException or TimeoutException)
        {
            _verdicts.Add(new Verdict(actor.GetType().Name, e.Message, IsGood: false));
            await end.CancelAsync();
        }
    }

    private async Task SampleAsync(SoakDaemon daemon, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(SampleEvery);
        try
        {
            while (!daemon.HasExited)
            {
                _samples.Add(Sample.Take(daemon.ProcessId, _watch.Elapsed.TotalMinutes));
                Console.Error.WriteLine(_samples[^1]);
                await timer.WaitForNextTickAsync(stopping);
            }

            throw new SoakException("The daemon has ended.");
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }
    }

    private async Task JudgeAsync(SoakDaemon daemon)
    {
        JudgeSlope("anonymous memory, KiB", s => s.Anonymous, tolerance: 2048);
        JudgeSlope("descriptors", s => s.Descriptors, tolerance: 8);
        JudgeSlope("threads", s => s.Threads, tolerance: 4);
        JudgeWrites(daemon);
        CommandResult audit = await daemon.CliAsync("audit", "verify");
        _verdicts.Add(new Verdict("audit chain", (audit.Output + audit.Error).Split('\n')[0], audit.ExitCode == 0));
        int rotated = Directory.GetFiles(daemon.AuditDirectory, "audit.log.*").Count(file => char.IsAsciiDigit(file[^1]));
        _verdicts.Add(new Verdict("rotation of the log", $"{rotated} rotated files are there", rotated > 0));
        int exit = await daemon.StopAsync();
        _verdicts.Add(new Verdict("the daemon's exit code after SIGTERM", $"{exit}", exit == 0));
        string[] left = [.. Directory.GetFiles(Path.GetDirectoryName(daemon.Keyring)!).Concat(Directory.GetFiles(Path.GetDirectoryName(daemon.ConfigFile)!)).Where(file => file.EndsWith(".tmp", StringComparison.Ordinal))];
        _verdicts.Add(new Verdict("temporary files left", $"{left.Length}", left.Length == 0));
    }

    // The first part is warming up: code is compiled, buffers find their size.
    private void JudgeSlope(string what, Func<Sample, double> value, double tolerance)
    {
        Sample[] settled = [.. _samples.Where(s => s.Minute >= _samples[^1].Minute / 3)];
        if (settled.Length < 3)
        {
            _verdicts.Add(new Verdict(what, "too few samples to judge", IsGood: false));
            return;
        }

        Slope slope = Slope.Of(settled, value);
        double span = settled[^1].Minute - settled[0].Minute;
        double risen = slope.PerHour / 60 * span;
        _verdicts.Add(new Verdict(
            what,
            FormattableString.Invariant($"mean {slope.Mean:0.0}, slope {slope.PerHour:+0.0;-0.0;0.0} an hour: {risen:+0.0;-0.0;0.0} in the last {span:0.0} minutes"),
            risen <= tolerance + (slope.Mean * 0.05)));
    }

    private void JudgeWrites(SoakDaemon daemon)
    {
        using JsonDocument keyring = JsonDocument.Parse(File.ReadAllBytes(daemon.Keyring));
        long lost = 0;
        long found = 0;
        foreach (((string service, string target), string value) in _ledger.Acknowledged)
        {
            bool isThere = keyring.RootElement.TryGetProperty($"{service}:{target}", out JsonElement entry)
                && Encoding.UTF8.GetString(entry.GetProperty("private").GetBytesFromBase64()) == value;
            found += isThere ? 1 : 0;
            lost += isThere ? 0 : 1;
        }

        long writes = _ledger.Counts.GetValueOrDefault("acknowledged writes");
        _verdicts.Add(new Verdict(
            "acknowledged writes", FormattableString.Invariant($"{writes:N0} to {found + lost} targets; the last of each target is in the file for {found}, lost for {lost}"), lost == 0 && writes > 0));
    }

    private async Task<string> CompileAsync(SoakDaemon daemon, string name)
    {
        string output = Path.Combine(daemon.Work, name);
        CommandResult result = await Command.RunAsync("gcc", ["-O1", "-o", output, Path.Combine(options.Programs, name + ".c")]);
        return result.ExitCode == 0 ? output : throw new SoakException($"{name}.c does not compile: {result}");
    }

    private static string Copy(string program, string name) => ProgramFile.Copy(program, Path.Combine(Path.GetDirectoryName(program)!, name));
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Launching;

/// <summary>The program's file is changed between the daemon's look and the start: what was looked at runs, or nothing.</summary>
[SupportedOSPlatform("linux")]
public sealed class RaceTests(LauncherPlace place) : LauncherTest(place)
{
    private const int KilledBySigIo = 128 + 29;
    private const int Rounds = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task File_ReplacedWhileTheDaemonLooks_IsNotWhatRuns()
    {
        LauncherPlace.NeedRoot();
        string program = await Place.OwnFileAsync("program", copyOf: Place.Program);
        string evil = await EvilAsync(Path.GetDirectoryName(program)!);
        await using FakeDaemon daemon = Place.StartDaemon(async connection =>
        {
            File.Move(evil, program, overwrite: true);
            await connection.SendAsync(Encoding.ASCII.GetBytes(FakeDaemon.Granted));
        });
        AssertRan(await Place.RunAsync("plainly", program));
    }

    [Fact]
    public async Task Link_ChangedWhileTheDaemonLooks_IsNotFollowedAgain()
    {
        LauncherPlace.NeedRoot();
        string link = await Place.OwnFileAsync("link");
        string evil = await EvilAsync(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, Place.Program);
        await using FakeDaemon daemon = Place.StartDaemon(async connection =>
        {
            File.Delete(link);
            File.CreateSymbolicLink(link, evil);
            await connection.SendAsync(Encoding.ASCII.GetBytes(FakeDaemon.Granted));
        });
        AssertRan(await Place.RunAsync("plainly", link));
    }

    /// <summary>The lease: the writer waits, and the launcher is ended before a byte has changed.</summary>
    [Theory]
    [InlineData("cat '{1}' > '{0}'")]
    [InlineData("dd if='{1}' of='{0}' conv=notrunc status=none")]
    [InlineData("truncate -s 100 '{0}'")]
    [InlineData("exec 3<>'{0}'; cat '{1}' >&3")]
    public async Task File_WrittenWhileTheDaemonLooks_EndsTheLauncher(string write)
    {
        LauncherPlace.NeedRoot();
        string program = await Place.OwnFileAsync("program", copyOf: Place.Program);
        string evil = await EvilAsync(Path.GetDirectoryName(program)!);
        await using FakeDaemon daemon = Place.StartDaemon(async connection =>
        {
            await LauncherPlace.AsUserAsync(
                new Dictionary<string, string>(), "/bin/sh", "-c", string.Format(CultureInfo.InvariantCulture, write, program, evil));
            await connection.SendAsync(Encoding.ASCII.GetBytes(FakeDaemon.Granted));
        });
        CommandResult result = await Place.RunAsync("signals", program);
        Assert.Equal(("", KilledBySigIo), (result.Output, result.ExitCode));
    }

    /// <summary>Stopped meanwhile, so that it cannot be ended: it never gets to the start all the same.</summary>
    [Fact]
    public async Task File_WrittenWhileTheLauncherIsStopped_EndsTheLauncher()
    {
        LauncherPlace.NeedRoot();
        string program = await Place.OwnFileAsync("program", copyOf: Place.Program);
        string evil = await EvilAsync(Path.GetDirectoryName(program)!);
        // The launcher may ask before its start has returned here.
        var launcher = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeDaemon daemon = Place.StartDaemon(async connection =>
        {
            asked.SetResult();
            await Signals.SendAsync((await launcher.Task).Id, "STOP");
            Task<CommandResult> writing = LauncherPlace.AsUserAsync(new Dictionary<string, string>(), "/bin/sh", "-c", $"cat '{evil}' > '{program}'");
            await connection.SendAsync(Encoding.ASCII.GetBytes(FakeDaemon.Granted));
            await WaitForLeaseBreakAsync(program);
            await Signals.SendAsync((await launcher.Task).Id, "CONT");
            await writing;
        });
        using Process running = Command.Start(
            "/usr/bin/setpriv", [.. LauncherPlace.Identity, "--", Place.Starter, "plainly", Place.Launcher, program], new Dictionary<string, string>());
        launcher.SetResult(running);
        await asked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await running.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal("", await running.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(KilledBySigIo, running.ExitCode);
    }

    [Fact]
    public async Task Script_ChangedAfterTheDaemonHasLooked_RunsAsItWas()
    {
        LauncherPlace.NeedRoot();
        const string Text = "#!/usr/bin/python3 -I\nimport sys\nprint('ran', flush=True)\nprint(sys.stdin.read())\nprint(open(sys.argv[0]).read(), end='')\n";
        string script = await Place.OwnFileAsync("script.py", text: Text);
        await using FakeDaemon daemon = Granting();
        using Process running = Command.Start(
            "/usr/bin/setpriv", [.. LauncherPlace.Identity, "--", Place.Starter, "plainly", Place.Launcher, "--script", script], new Dictionary<string, string>());

        // Once the program runs the launcher's lease is gone: now the file is the user's to change. What the interpreter was
        // given stays as it was, as the script tells by reading it again.
        Assert.Equal("ran", await running.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        string evil = await Place.OwnFileAsync("evil.py", text: "#!/usr/bin/python3 -I\nprint('evil')\n");
        CommandResult changed = await LauncherPlace.AsUserAsync(new Dictionary<string, string>(), "/bin/sh", "-c", $"cat '{evil}' > '{script}'");
        Assert.True(changed.ExitCode == 0, changed.ToString());
        await running.StandardInput.WriteAsync("on");
        running.StandardInput.Close();
        Assert.Equal("on\n" + Text, await running.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A program, its replacement, a link and a writer in endless turns, against a daemon that always says yes.</summary>
    [Fact]
    public async Task File_ThatNeverKeepsStill_RunsAsItWasOrNotAtAll()
    {
        LauncherPlace.NeedRoot();
        string program = await Place.OwnFileAsync("program", copyOf: Place.Program);
        string directory = Path.GetDirectoryName(program)!;
        string evil = await EvilAsync(directory);
        await using FakeDaemon daemon = Granting();

        // It rests now and then, for ever other times: a program that is being written all the time is only ever refused.
        string turns = $"cp '{program}' '{directory}/good'; n=0; while :; do for file in evil good; do n=$((n % 9 + 1)); cat \"{directory}/$file\" > '{program}'; sleep 0.00$n; done; done 2> /dev/null";
        using Process writer = Command.Start("/usr/bin/setpriv", [.. LauncherPlace.Identity, "--", "/bin/sh", "-c", turns], new Dictionary<string, string>());
        try
        {
            bool hasRun = false;
            var clock = Stopwatch.StartNew();
            for (int i = 0; i < Rounds || !hasRun; i++)
            {
                Assert.True(clock.Elapsed < Patience || hasRun, "The program never ran: the test has lost its point.");

                // What is opened in the middle of a write is refused for that; what is opened evil is evil, and the real
                // daemon, which hashes what was opened, says no to it. Here only this counts: the daemon's yes is about
                // the very bytes that run, so what runs is whole.
                CommandResult result = await Place.RunAsync("plainly", program);
                Assert.True(
                    result.Output.Length == 0 || result.Output.StartsWith("ran\n", StringComparison.Ordinal) || result.Output == "evil\n", result.ToString());
                Assert.True(result.ExitCode is 0 or Refused or KilledBySigIo, result.ToString());
                hasRun |= result.Output.StartsWith("ran\n", StringComparison.Ordinal);
            }
        }
        finally
        {
            writer.Kill(entireProcessTree: true);
            await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> EvilAsync(string directory)
    {
        string path = Path.Combine(directory, "evil");
        CommandResult compiled = await Command.RunAsync(
            "gcc", ["-x", "c", "-o", path, "-"], input: "#include <stdio.h>\nint main(void) { return puts(\"evil\") < 0; }"u8.ToArray());
        Assert.True(compiled.ExitCode == 0, compiled.ToString());
        await LauncherPlace.ShellAsync($"chown {LauncherPlace.User} '{path}'");
        return path;
    }

    /// <summary>/proc/locks says BREAKING while a writer waits for the holder of a lease.</summary>
    private static async Task WaitForLeaseBreakAsync(string path)
    {
        CommandResult inode = await Command.RunAsync("stat", ["-c", "%i", path]);
        string mark = $":{inode.Output.Trim()} ";
        while (!(await File.ReadAllLinesAsync("/proc/locks")).Any(l => l.Contains(mark, StringComparison.Ordinal) && l.Contains("BREAKING", StringComparison.Ordinal)))
        {
            await Task.Yield();
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Row 17: using up whatever can be used up. What counts is an honest client, served all the while.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class ExhaustionRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    private const int Storms = 4;
    private const int ConnectsPerStorm = 2500;
    private const long SlackBytes = 8L * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Row17_StormsIdleSlowAndEndless_HonestClientIsServedAndAllIsGivenBack()
    {
        AttackResult naive = await CrowdNaivelyAsync(programs: 1);
        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options());
        TestDaemon daemon = attacked.Daemon;
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        string stranger = await attacked.InstallAsync(await Fixture.ProgramAsync("attack-flood"));

        // The worst case: the program that floods is an approved one too, and so may hold connections at all.
        string trusted = await attacked.ApproveAsync(stranger);
        Assert.Equal(1, await attacked.UseHonestlyAsync(approved, "once", 1));
        (int descriptors, long memory) = Usage(daemon);

        // The first storm also has the runtime compile and load what a storm needs; what a second one leaves is a leak.
        Load first = await StormAsync(attacked, approved, trusted, stranger);
        (int descriptorsOnce, long memoryOnce) = await SettleAsync(daemon, descriptors, long.MaxValue);
        Load second = await StormAsync(attacked, approved, trusted, stranger);
        (int descriptorsTwice, long memoryTwice) = await SettleAsync(daemon, descriptors, memoryOnce + SlackBytes);

        Fixture.Table.Note($"load: 10000 connects, 1000 idle, 50 slow, 40 endless: honest client {first.During}");
        Fixture.Table.Note($"load: the same once more: honest client {second.During}");
        Fixture.Table.Note($"load: 1000 idle and 50 slow: honest client {first.After}");
        Fixture.Table.Note(RedTeamFixture.IsRoot
            ? $"load: descriptors {descriptors} before, {descriptorsOnce} after one storm, {descriptorsTwice} after two; private memory {memory >> 20}, {memoryOnce >> 20} and {memoryTwice >> 20} MiB"
            : "load: descriptors and memory of the daemon can be looked at by root only");
        (int served, int of) = first.Honest + second.Honest;
        Stops("17a", "10,000 connects, 1,000 idle, slow and endless lines", naive, new AttackResult(of - served, ""), (served, of), of);
        Assert.InRange(descriptorsTwice, 0, descriptors);
        Assert.InRange(memoryTwice, 0, memoryOnce + SlackBytes);
    }

    [Fact]
    public async Task Row17_HugeStrangerConnectsWithoutEnd_OthersAreServed()
    {
        // Almost as large as is hashed at all, and all holes: it costs the attacker nothing.
        const long Huge = 4L << 30;
        string trusted = await Naive.InstallAsync(await Fixture.ApprovedAsync());
        AttackResult naive;
        await using (NaiveBroker broker = await NaiveBroker.StartAsync(Fixture, trusted, "inline"))
        {
            string heavy = await Naive.InstallAsync(await Fixture.ProgramAsync("attack-flood"), "huge", Huge);
            naive = await HoldNaivelyAsync(broker, trusted, [heavy], 32);
        }

        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options());
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        Assert.Equal(1, await attacked.UseHonestlyAsync(approved, "once", 1));
        string huge = await attacked.InstallAsync(await Fixture.ProgramAsync("attack-flood"), "huge", Huge);
        var running = new List<Process>();
        try
        {
            HonestClient honest = Begin(attacked, running, approved);
            Process flood = Start(attacked, running, huge, "idle", "1500");
            Assert.Equal("connected 1500", await FirstLineAsync(flood));

            await EndAsync(honest, "17b", "1500 connections of a 4 GiB program being hashed", "1,500 connections of a program of 4 GiB", naive);
        }
        finally
        {
            await EndAsync(running);
        }
    }

    [Fact]
    public async Task Row17_ApprovedProgramTakesAllItMay_OtherProgramsAreServed()
    {
        AttackResult naive = await CrowdNaivelyAsync(programs: 3);

        // Small limits, so that a few hundred connections are all there are.
        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options("""{"limits":{"max_connections":256,"max_connections_per_binary":200}}"""));
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        string flood = await Fixture.ProgramAsync("attack-flood");
        var running = new List<Process>();
        try
        {
            for (int program = 0; program < 3; program++)
            {
                string greedy = await attacked.ApproveAsync(flood);
                Assert.Equal("connected 250", await FirstLineAsync(Start(attacked, running, greedy, "idle", "250")));
            }

            int served = await attacked.UseHonestlyAsync(approved, "once", Tries);
            Stops("17c", "three approved programs hold all the connections they get", naive, new AttackResult(Tries - served, ""), (served, Tries));
        }
        finally
        {
            await EndAsync(running);
        }
    }

    /// <summary>
    /// Processes of which the kernel tells nothing for as long as they like. A broker that only asks for a path is never
    /// kept waiting so, which is why there is no control.
    /// </summary>
    [Fact]
    public async Task Row17_ProcessesStuckInExec_OthersAreServed()
    {
        NeedRoot("it mounts the file system, which fusermount3 does for everybody else.");

        // So many find room in the queue of a daemon that is stopped for them to get stuck.
        const int StuckPerWave = 100;
        const int Waves = 3;
        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options());
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        Assert.Equal(1, await attacked.UseHonestlyAsync(approved, "once", 1));
        string mountPoint = await attacked.DirectoryAsync();
        using Process files = Command.Start(await Fixture.ProgramAsync("fuseserver"), [mountPoint, "/bin/true", "stubborn"], attacked.Daemon.Environment);
        var running = new List<Process>();
        try
        {
            Assert.Equal("ready", await FirstLineAsync(files));
            HonestClient honest = Begin(attacked, running, approved);
            string attacker = await attacked.InstallAsync(await Fixture.ProgramAsync("attack-stuck"));
            for (int wave = 0; wave < Waves; wave++)
            {
                Process stuck = Start(attacked, running, attacker, $"{StuckPerWave}", Path.Combine(mountPoint, "program"));
                Assert.Equal("execs", await FirstLineAsync(stuck));
                for (int process = 0; process < StuckPerWave; process++)
                {
                    Assert.Equal("closing", await FirstLineAsync(files));
                }

                await stuck.StandardInput.WriteLineAsync("go on");
                Assert.Equal("stuck", await FirstLineAsync(stuck));
            }

            await EndAsync(honest, "17d", $"{Waves * StuckPerWave} processes stuck in an exec", $"{Waves * StuckPerWave} processes stuck in an exec, of which the kernel tells nothing", naive: null);
        }
        finally
        {
            await EndAsync(files, mountPoint);
            await EndAsync(running);
        }
    }

    /// <summary>
    /// The daemon shows a person the arguments of a program that waits for approval, and these cannot be read. A broker that
    /// only asks for a path reads none, which is why there is no control.
    /// </summary>
    [Fact]
    public async Task Row17_ArgumentsThatCannotBeRead_OthersAreServed()
    {
        NeedRoot("it mounts the file system, which fusermount3 does for everybody else.");
        const int Programs = 4;
        const int Processes = 50;
        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options());
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        Assert.Equal(1, await attacked.UseHonestlyAsync(approved, "once", 1));
        string mountPoint = await attacked.DirectoryAsync();
        using Process files = Command.Start(await Fixture.ProgramAsync("fuseserver"), [mountPoint, "/bin/true", "sealed"], attacked.Daemon.Environment);
        var running = new List<Process>();
        try
        {
            Assert.Equal("ready", await FirstLineAsync(files));
            HonestClient honest = Begin(attacked, running, approved);
            for (int program = 0; program < Programs; program++)
            {
                string attacker = await attacked.InstallAsync(await Fixture.ProgramAsync("attack-arguments"));
                Assert.Equal("asking", await FirstLineAsync(Start(
                    attacked, running, attacker, $"{Processes}", Path.Combine(mountPoint, "program"), new string('x', 8192))));
            }

            await EndAsync(honest, "17e", $"{Programs * Processes} processes whose arguments cannot be read", $"{Programs * Processes} processes whose arguments cannot be read", naive: null);
        }
        finally
        {
            await EndAsync(files, mountPoint);
            await EndAsync(running);
        }
    }

    /// <summary>Sockets passed along that nobody asked for, and whose closing takes an hour.</summary>
    [Fact]
    public async Task Row17_SocketsThatLinger_OthersAreServed()
    {
        const int Programs = 4;
        const int Connections = 100;
        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options());
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        Assert.Equal(1, await attacked.UseHonestlyAsync(approved, "once", 1));
        var running = new List<Process>();
        try
        {
            HonestClient honest = Begin(attacked, running, approved);
            for (int program = 0; program < Programs; program++)
            {
                string attacker = await attacked.InstallAsync(await Fixture.ProgramAsync("attack-linger"));
                Assert.Equal("passed", await FirstLineAsync(Start(attacked, running, attacker, $"{Connections}", "3600")));
            }

            await EndAsync(honest, "17g", $"{Programs * Connections} sockets that linger passed along", $"{Programs * Connections} sockets passed along whose closing takes an hour", naive: null);
        }
        finally
        {
            await EndAsync(running);
        }
    }

    /// <summary>1,000 idle and 50 slow connections, then four storms and endless lines, an honest client beside them.</summary>
    private static async Task<Load> StormAsync(AttackedDaemon attacked, string approved, string trusted, string stranger)
    {
        var running = new List<Process>();
        try
        {
            Assert.Equal("connected 1000", await FirstLineAsync(Start(attacked, running, trusted, "idle", "1000")));
            Assert.Equal("connected 50", await FirstLineAsync(Start(attacked, running, trusted, "slow", "50")));
            Process honest = Start(attacked, running, approved, "timed", TriesText);
            Task<string> heard = AllAsync(honest);
            Process[] bounded =
            [
                Start(attacked, running, trusted, "endless", "20"),
                Start(attacked, running, stranger, "endless", "20"),
                .. Enumerable.Range(0, Storms).Select(_ => Start(attacked, running, stranger, "storm", $"{ConnectsPerStorm}")),
            ];
            foreach (Process flood in bounded)
            {
                await FirstLineAsync(flood);
                await AllAsync(flood);
            }

            honest.StandardInput.Close();
            string during = (await heard).Trim();

            // The storm is over; the idle and the slow connections are still there.
            Process after = Start(attacked, running, approved, "timed", "500");
            after.StandardInput.Close();
            return new Load(during, (await AllAsync(after)).Trim());
        }
        finally
        {
            await EndAsync(running);
        }
    }

    /// <summary>An approved program that asks all the while, beside the attack that follows.</summary>
    private static HonestClient Begin(AttackedDaemon attacked, List<Process> running, string approved)
    {
        Process process = Start(attacked, running, approved, "timed", TriesText);
        return new HonestClient(attacked, approved, process, AllAsync(process));
    }

    /// <summary>While the attack goes on: the program that is pinned, and new processes of it, which are not yet.</summary>
    private async Task EndAsync(HonestClient honest, string row, string load, string attack, AttackResult? naive)
    {
        int fresh = await honest.Attacked.UseHonestlyAsync(honest.Approved, "once", Tries);
        honest.Process.StandardInput.Close();
        string served = (await honest.Heard).Trim();
        Fixture.Table.Note($"load: {load}: honest client {served}");
        (int done, int of) = Honest.Of(served) + new Honest(fresh, Tries);
        Stops(row, attack, naive, new AttackResult(of - done, ""), (done, of), of);
    }

    /// <summary>A broker that serves 64 connections at a time, held by so many programs.</summary>
    private async Task<AttackResult> CrowdNaivelyAsync(int programs)
    {
        const int Crowd = 66;
        string trusted = await Naive.InstallAsync(await Fixture.ApprovedAsync());
        await using NaiveBroker broker = await NaiveBroker.StartAsync(Fixture, trusted, "crowded");
        string flood = await Fixture.ProgramAsync("attack-flood");
        return await HoldNaivelyAsync(broker, trusted, [.. Enumerable.Repeat(flood, programs)], Crowd / programs);
    }

    /// <summary>Programs hold connections of a broker while an honest client asks it, patient for 25 ms each time.</summary>
    /// <returns>How often that client was not served.</returns>
    private async Task<AttackResult> HoldNaivelyAsync(NaiveBroker broker, string trusted, string[] programs, int connections)
    {
        CommandResult alone = await Naive.Daemon.RunAsync(trusted, broker.Socket, "impatient", "1", "20000");
        Assert.Equal("ok", alone.Output.Trim());
        var running = new List<Process>();
        try
        {
            foreach (string program in programs)
            {
                Process flood = Naive.StartAsUser(program, [broker.Socket, "idle", connections.ToString(CultureInfo.InvariantCulture)]);
                running.Add(flood);
                Assert.Equal($"connected {connections}", await FirstLineAsync(flood));
            }

            CommandResult result = await Naive.Daemon.RunAsync(trusted, broker.Socket, "impatient", TriesText, "25");
            return new AttackResult(result.Output.Split('\n').Count(line => line.StartsWith("no", StringComparison.Ordinal)), "");
        }
        finally
        {
            await EndAsync(running);
        }
    }

    private static Process Start(AttackedDaemon attacked, List<Process> running, string program, params string[] arguments)
    {
        Process process = attacked.StartAsUser(program, [attacked.Daemon.Socket, .. arguments]);
        running.Add(process);
        return process;
    }

    private static Task<string?> FirstLineAsync(Process process) => process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    private static Task<string> AllAsync(Process process) => process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);

    /// <summary>Ends a file system that does not answer, and with it the waiting of all who are stuck in it.</summary>
    private static async Task EndAsync(Process files, string mountPoint)
    {
        files.Kill();
        await files.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        await Command.RunAsync("umount", ["-l", mountPoint]);
    }

    private static async Task EndAsync(List<Process> running)
    {
        foreach (Process process in running)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync().WaitAsync(Patience);
            process.Dispose();
        }

        running.Clear();
    }

    /// <summary>Descriptors and bytes of memory that no file backs; zeroes where only root may look.</summary>
    private static (int Descriptors, long Memory) Usage(TestDaemon daemon)
    {
        if (!RedTeamFixture.IsRoot)
        {
            return (0, 0);
        }

        Match memory = AnonymousPattern().Match(File.ReadAllText($"/proc/{daemon.ProcessId}/status"));
        return (Directory.GetFiles($"/proc/{daemon.ProcessId}/fd").Length, long.Parse(memory.Groups["kib"].Value, CultureInfo.InvariantCulture) << 10);
    }

    /// <summary>Waits until no more is in use than that. Pins of processes that are gone take a while to go.</summary>
    private static async Task<(int Descriptors, long Memory)> SettleAsync(TestDaemon daemon, int descriptors, long memory)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var clock = Stopwatch.StartNew();
        (int Descriptors, long Memory) now = Usage(daemon);
        while ((now.Descriptors > descriptors || now.Memory > memory) && clock.Elapsed < Patience)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            now = Usage(daemon);
        }

        return now;
    }

    [GeneratedRegex("served (?<served>[0-9]+) of (?<of>[0-9]+)")]
    private static partial Regex ServedPattern();

    [GeneratedRegex(@"^RssAnon:\s+(?<kib>[0-9]+) kB", RegexOptions.Multiline)]
    private static partial Regex AnonymousPattern();

    /// <summary>How often an honest client was served.</summary>
    private readonly record struct Honest(int Served, int Times)
    {
        public static Honest operator +(Honest left, Honest right) => new(left.Served + right.Served, left.Times + right.Times);

        public static Honest Of(string said)
        {
            Match counts = ServedPattern().Match(said);
            return new(int.Parse(counts.Groups["served"].Value, CultureInfo.InvariantCulture), int.Parse(counts.Groups["of"].Value, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>An honest client that asks until its input ends, and what it will have said.</summary>
    private sealed record HonestClient(AttackedDaemon Attacked, string Approved, Process Process, Task<string> Heard);

    /// <summary>What an honest client said during a storm and after it.</summary>
    private sealed record Load(string During, string After)
    {
        public Honest Honest => ExhaustionRows.Honest.Of(During) + ExhaustionRows.Honest.Of(After);
    }
}

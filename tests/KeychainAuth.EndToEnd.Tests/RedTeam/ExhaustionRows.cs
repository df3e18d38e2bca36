using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Row 17: using up whatever can be used up. What counts is an honest client, served all the while.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class ExhaustionRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    private const int Storms = 4;
    private const int ConnectsPerStorm = 2500;
    private const int SlackDescriptors = 40;
    private const long SlackBytes = 24L * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Row17_StormsIdleSlowAndEndless_HonestClientIsServedAndAllIsGivenBack()
    {
        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options());
        TestDaemon daemon = attacked.Daemon;
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        string stranger = await attacked.InstallAsync(await Fixture.ProgramAsync("attack-flood"));

        // The worst case: the program that floods is an approved one too, and so may hold connections at all.
        string trusted = await attacked.ApproveAsync(stranger);
        Assert.Equal(1, await attacked.UseHonestlyAsync(approved, "once", 1));
        (int descriptors, long memory) = Usage(daemon);

        var running = new List<Process>();
        try
        {
            Process honest = Start(attacked, running, approved, "timed");
            Task<string> heard = AllAsync(honest);
            Assert.Equal("connected 1000", await FirstLineAsync(Start(attacked, running, trusted, "idle", "1000")));
            Assert.Equal("connected 50", await FirstLineAsync(Start(attacked, running, trusted, "slow", "50")));
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
            string served = (await heard).Trim();

            // The storm is over; the idle and the slow connections are still there.
            Process after = Start(attacked, running, approved, "timed", "500");
            after.StandardInput.Close();
            string servedAfter = (await AllAsync(after)).Trim();
            await EndAsync(running);
            (int descriptorsLeft, long memoryLeft) = await SettleAsync(daemon, descriptors, memory);
            Fixture.Table.Note($"load: 10000 connects, 1000 idle, 50 slow, 40 endless: honest client {served}");
            Fixture.Table.Note($"load: 1000 idle and 50 slow: honest client {servedAfter}");
            Fixture.Table.Note(RedTeamFixture.IsRoot
                ? $"load: descriptors {descriptors} before, {descriptorsLeft} after; memory {memory >> 20} MiB before, {memoryLeft >> 20} MiB after"
                : "load: descriptors and memory of the daemon can be looked at by root only");
            Match counts = ServedPattern().Match(served);
            int done = int.Parse(counts.Groups["served"].Value, CultureInfo.InvariantCulture);
            int of = int.Parse(counts.Groups["of"].Value, CultureInfo.InvariantCulture);
            Stops("17a", "10,000 connects, 1,000 idle, slow and endless lines", null, new AttackResult(of - done, ""), (done, of), (Storms * ConnectsPerStorm) + 1090);
            Assert.StartsWith("served 500 of 500", servedAfter, StringComparison.Ordinal);
            Assert.InRange(descriptorsLeft, 0, descriptors + SlackDescriptors);
            Assert.InRange(memoryLeft, 0, memory + SlackBytes);
        }
        finally
        {
            await EndAsync(running);
        }
    }

    [Fact]
    public async Task Row17_HugeStrangerConnectsWithoutEnd_OthersAreServed()
    {
        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options());
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        Assert.Equal(1, await attacked.UseHonestlyAsync(approved, "once", 1));

        // Almost as large as is hashed at all, and all holes: it costs the attacker nothing.
        string huge = await attacked.InstallAsync(await Fixture.ProgramAsync("attack-flood"), "huge", 4L << 30);
        var running = new List<Process>();
        try
        {
            Process honest = Start(attacked, running, approved, "timed");
            Task<string> heard = AllAsync(honest);
            Process flood = Start(attacked, running, huge, "idle", "1500");
            Assert.Equal("connected 1500", await FirstLineAsync(flood));

            // New processes of the approved program, too: those are not pinned yet.
            int fresh = await attacked.UseHonestlyAsync(approved, "once", 50);
            honest.StandardInput.Close();
            string served = (await heard).Trim();
            Fixture.Table.Note($"load: 1500 connections of a 4 GiB program being hashed: honest client {served}");
            Match counts = ServedPattern().Match(served);
            int done = fresh + int.Parse(counts.Groups["served"].Value, CultureInfo.InvariantCulture);
            int of = 50 + int.Parse(counts.Groups["of"].Value, CultureInfo.InvariantCulture);
            Stops("17b", "1,500 connections of a program of 4 GiB", null, new AttackResult(of - done, ""), (done, of), 1500);
        }
        finally
        {
            await EndAsync(running);
        }
    }

    [Fact]
    public async Task Row17_ApprovedProgramTakesAllItMay_OtherProgramsAreServed()
    {
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

            int served = await attacked.UseHonestlyAsync(approved, "once", 50);
            Stops("17c", "three approved programs hold all the connections they get", null, new AttackResult(50 - served, ""), (served, 50), 750);
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

    /// <summary>Descriptors and resident bytes; zeroes where only root may look.</summary>
    private static (int Descriptors, long Memory) Usage(TestDaemon daemon)
    {
        if (!RedTeamFixture.IsRoot)
        {
            return (0, 0);
        }

        using Process process = Process.GetProcessById(daemon.ProcessId);
        return (Directory.GetFiles($"/proc/{daemon.ProcessId}/fd").Length, process.WorkingSet64);
    }

    /// <summary>Pins of processes that are gone are dropped every 30 seconds.</summary>
    private static async Task<(int Descriptors, long Memory)> SettleAsync(TestDaemon daemon, int descriptors, long memory)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var clock = Stopwatch.StartNew();
        (int Descriptors, long Memory) now = Usage(daemon);
        while ((now.Descriptors > descriptors + SlackDescriptors || now.Memory > memory + SlackBytes) && clock.Elapsed < Patience)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            now = Usage(daemon);
        }

        return now;
    }

    [GeneratedRegex("served (?<served>[0-9]+) of (?<of>[0-9]+)")]
    private static partial Regex ServedPattern();
}

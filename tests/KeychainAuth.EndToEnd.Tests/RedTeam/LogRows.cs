using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Row 18: what attackers make the daemon write down.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class LogRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    [Fact]
    public async Task Row18_JunkWithNamesMadeToBeMisread_ForgesNothingAndPushesNobodyOut()
    {
        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options());
        TestDaemon daemon = attacked.Daemon;
        string awaited = await attacked.InstallAsync(await Fixture.StrangerAsync(), "awaited");
        await daemon.RunAsync(awaited, daemon.Socket, "once");
        string directory = await attacked.DirectoryAsync();
        AttackResult junk = await attacked.AttackAsync(await Fixture.ProgramAsync("attack-junk"), daemon.Socket, TriesText, directory);
        Assert.Equal($"unregistered_binary_pending_approval {TriesText}", junk.Refusals);

        // Each line of the log is one record that the daemon wrote, and none says what the names claim.
        string[] lines = await File.ReadAllLinesAsync(daemon.AuditFile, TestContext.Current.CancellationToken);
        int forged = 0;
        foreach (string line in lines)
        {
            using JsonDocument record = JsonDocument.Parse(line);
            forged += record.RootElement.GetProperty("result").GetString() == "GRANTED" && line.Contains("junk", StringComparison.Ordinal) ? 1 : 0;
        }

        // What a person reads has no control characters in it either.
        foreach (string shown in (string[])[await daemon.CliOkAsync("list-pending"), await daemon.CliOkAsync("audit"), daemon.Output])
        {
            forged += ControlPattern().Count(shown);
        }

        string pending = await daemon.CliOkAsync("list-pending", "--json");
        int lost = pending.Contains(awaited, StringComparison.Ordinal) ? 0 : 1;
        int queued = JsonDocument.Parse(await File.ReadAllTextAsync(daemon.PendingFile, TestContext.Current.CancellationToken)).RootElement.GetArrayLength();
        await daemon.CliOkAsync("audit", "verify");
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        Stops(
            "18", "junk programs with names made to be misread; the awaited one stays", await ForgeNaivelyAsync(),
            new AttackResult(forged + lost, string.Create(CultureInfo.InvariantCulture, $"{queued} of {Tries + 1} queued")),
            (await attacked.UseHonestlyAsync(approved, "once", Tries), Tries));
        Assert.InRange(queued, 2, 12);
    }

    /// <summary>The same with a broker that writes names as they are, and drops the oldest when its queue is full.</summary>
    private async Task<AttackResult> ForgeNaivelyAsync()
    {
        string awaited = await Naive.InstallAsync(await Fixture.StrangerAsync(), "awaited");
        await using NaiveBroker broker = await NaiveBroker.StartAsync(Fixture, await Naive.InstallAsync(await Fixture.ApprovedAsync()), "queue");
        await Naive.Daemon.RunAsync(awaited, broker.Socket, "once");
        Assert.Contains(awaited, await File.ReadAllTextAsync(broker.Socket + ".pending", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await Naive.AttackAsync(await Fixture.ProgramAsync("attack-junk"), broker.Socket, TriesText, await Naive.DirectoryAsync());
        Assert.DoesNotContain(awaited, await File.ReadAllTextAsync(broker.Socket + ".pending", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        string[] lines = await File.ReadAllLinesAsync(broker.Socket + ".log", TestContext.Current.CancellationToken);
        return new AttackResult(lines.Count(line => line.StartsWith("{\"seq\":", StringComparison.Ordinal) && line.Contains("GRANTED", StringComparison.Ordinal)), "");
    }

    [GeneratedRegex(@"[\p{Cc}-[\n\r\t]]")]
    private static partial Regex ControlPattern();
}

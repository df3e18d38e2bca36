using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Rows 1 to 5: who is at the other end of a connection.</summary>
[SupportedOSPlatform("linux")]
public sealed class ConnectionRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    private const string Handover = "attack-handover";

    [Fact]
    public async Task Row01_ClientNamesAnotherProcess_IsNotBelieved()
    {
        string attacker = await Fixture.ProgramAsync("attack-claimed-pid");
        AttackResult naive = await TryBrokerAsync("claimed", (broker, approved) => Naive.Daemon.RunAsync(attacker, broker.Socket, TriesText, approved));
        string approved = await UserMode.ApproveAsync(await Fixture.ApprovedAsync());
        AttackResult userMode = await UserMode.AttackAsync(attacker, UserMode.Daemon.Socket, TriesText, approved);
        Stops("1", "claims another process's number, in the message and by SCM_CREDS", naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row02_ApprovedProgramGetsTheNumberOfADeadPeer_IsNotMistaken()
    {
        NeedRoot("it plays chance and hands out process numbers.");
        string attacker = await Fixture.ProgramAsync("attack-pid-reuse");
        AttackResult naive = await TryBrokerAsync("", (broker, approved) => Command.RunAsync(attacker, [broker.Socket, TriesText, approved, Naive.User], Naive.Daemon.Environment));
        string approved = await UserMode.ApproveAsync(await Fixture.ApprovedAsync());
        AttackResult userMode = await UserMode.AttackFromRootAsync(attacker, UserMode.Daemon.Socket, TriesText, approved, UserMode.User);
        Stops("2", "dies, and an approved program gets its process number", naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row03_RequestQueuedBeforeExecVersion1_IsServedByDefaultAndSaidSo()
    {
        (AttackResult naive, AttackResult userMode, string approved) = await TryAsync(Handover, ["queued"]);
        IsKnownLimit("3a", "asks, then execs an approved version 1 program (default)", naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row03_RequestQueuedBeforeExecUnattributedRefused_IsRefused()
    {
        string attacker = await Fixture.ProgramAsync(Handover);
        string control = await Naive.ApproveAsync(await Fixture.ApprovedAsync());
        AttackResult naive = await Naive.AttackAsync(attacker, Naive.Daemon.Socket, TriesText, control, "queued");

        await using AttackedDaemon strict = await AttackedDaemon.StartAsync(Fixture.Options());
        string config = await File.ReadAllTextAsync(strict.Daemon.ConfigFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(strict.Daemon.ConfigFile, config.Insert(config.IndexOf('{', StringComparison.Ordinal) + 1, "\"unattributed\":\"refuse\","), TestContext.Current.CancellationToken);
        string approved = await strict.ApproveAsync(await Fixture.ApprovedAsync());
        AttackResult refused = await strict.AttackAsync(attacker, strict.Daemon.Socket, TriesText, approved, "queued");
        Stops("3b", "the same with \"unattributed\": \"refuse\"", naive, refused, (await strict.UseHonestlyAsync(approved, "patient", Tries), Tries));
    }

    [Fact]
    public async Task Row03_RequestQueuedBeforeExecVersion2_IsRefused()
    {
        // Half of the tries greet first, half speak version 1 in the name of a program that is known to speak version 2.
        (AttackResult naive, AttackResult greeting, string approved) = await TryAsync(Handover, ["queued"], "--protocol", "2");
        AttackResult silent = await UserMode.AttackAsync(await Fixture.ProgramAsync(Handover), UserMode.Daemon.Socket, TriesText, approved, "hello");
        Stops("3c", "the same with a version 2 program, with and without greeting", naive, greeting + silent, await HonestAsync(approved, "hello"), 2 * Tries);
    }

    [Theory]
    [InlineData("child", "4a", "a child writes on the approved program's connection")]
    [InlineData("passed", "4b", "a process that was passed the socket writes on it")]
    public async Task Row04_AnotherProcessWrites_EndsTheConnection(string how, string row, string attack)
    {
        string attacker = await Fixture.ProgramAsync(Handover);
        AttackResult naive = await TryBrokerAsync("", (broker, approved) => Naive.Daemon.RunAsync(attacker, broker.Socket, TriesText, approved, how));
        string approved = await UserMode.ApproveAsync(await Fixture.ApprovedAsync());
        int before = UserMode.Daemon.AuditRecords("identity_changed").Count();
        AttackResult userMode = await UserMode.AttackAsync(attacker, UserMode.Daemon.Socket, TriesText, approved, how);
        Stops(row, attack, naive, userMode, await HonestAsync(approved));
        Assert.True(UserMode.Daemon.AuditRecords("identity_changed").Count() > before, "No record names the foreign sender.");
    }

    /// <summary>Whatever way bytes take into a socket, the kernel notes in whose name they went.</summary>
    [Fact]
    public async Task Row04_AnotherProcessWritesByOtherMeans_EndsTheConnection()
    {
        string[] ways = ["splice", "sendfile", "aio", "uring"];
        string attacker = await Fixture.ProgramAsync(Handover);
        string times = (Tries / ways.Length).ToString(CultureInfo.InvariantCulture);
        string approved = await UserMode.ApproveAsync(await Fixture.ApprovedAsync());
        AttackResult naive = new(0, "");
        AttackResult userMode = new(0, "");
        foreach (string way in ways)
        {
            naive += await TryBrokerAsync("", (broker, trusted) => Naive.Daemon.RunAsync(attacker, broker.Socket, times, trusted, way));
            AttackResult refused = await UserMode.AttackAsync(attacker, UserMode.Daemon.Socket, times, approved, way);
            Assert.Equal($"identity_changed {times}", refused.Refusals);
            userMode = new AttackResult(userMode.Successes + refused.Successes, $"identity_changed {Tries}");
        }

        Stops("4c", "a child writes by splice, sendfile, aio or io_uring", naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row05_CredentialsForgedInOwnNamespaces_AreRefused()
    {
        (AttackResult naive, AttackResult userMode, string approved) = await TryAsync(Handover, ["forged"]);
        Stops("5", "signs as the approved program, in its own user and pid namespace", naive, userMode, await HonestAsync(approved));
    }
}

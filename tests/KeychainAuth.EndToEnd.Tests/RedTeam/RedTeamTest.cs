using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>What the rows share: try an attack in both places, use the approved program honestly, enter the numbers.</summary>
[SupportedOSPlatform("linux")]
[Collection(RedTeamGroup.Name)]
public abstract class RedTeamTest(RedTeamFixture fixture)
{
    protected RedTeamFixture Fixture { get; } = fixture;

    protected AttackedDaemon Naive => Fixture.Naive;

    protected AttackedDaemon UserMode => Fixture.UserMode;

    protected static int Tries => RedTeamFixture.Tries;

    protected static string TriesText => Tries.ToString(CultureInfo.InvariantCulture);

    protected static void NeedRoot(string why) => Assert.SkipUnless(RedTeamFixture.IsRoot, $"Needs root: {why}");

    /// <summary>Enters a row that user mode stops.</summary>
    protected void Stops(string row, string attack, AttackResult? naive, AttackResult userMode, (int Served, int Of)? honest, int? tries = null)
    {
        Fixture.Table.Add(new RedTeamRow(row, attack, tries ?? Tries, naive, userMode, honest, Promise.Stops));
        Assert.True(naive is null or { Successes: > 0 }, "The attack does not even succeed against the naive control, so it proves nothing.");
        Assert.Equal(0, userMode.Successes);
        AssertHonest(honest);
    }

    /// <summary>Enters a row that user mode cannot stop.</summary>
    protected void IsKnownLimit(string row, string attack, AttackResult? naive, AttackResult userMode, (int Served, int Of)? honest, int? tries = null)
    {
        Fixture.Table.Add(new RedTeamRow(row, attack, tries ?? Tries, naive, userMode, honest, Promise.KnownLimit));
        Assert.True(naive is null or { Successes: > 0 }, "The attack does not even succeed against the naive control, so it proves nothing.");
        Assert.True(userMode.Successes > 0, "User mode stops what it is said not to: that is good news for docs/security.md, which must be changed.");
        AssertHonest(honest);
    }

    /// <summary>The common shape: ATTACKER SOCKET TRIES APPROVED [MORE], in both places.</summary>
    /// <returns>Successes against the naive verifier and in user mode, and the approved program there.</returns>
    protected async Task<(AttackResult Naive, AttackResult UserMode, string Approved)> TryAsync(string attacker, string[] more, params string[] registration)
    {
        string program = await Fixture.ProgramAsync(attacker);
        string approved = await Naive.ApproveAsync(await Fixture.ApprovedAsync());
        AttackResult naive = await Naive.AttackAsync(program, [Naive.Daemon.Socket, TriesText, approved, .. more]);
        approved = await UserMode.ApproveAsync(await Fixture.ApprovedAsync(), registration);
        return (naive, await UserMode.AttackAsync(program, [UserMode.Daemon.Socket, TriesText, approved, .. more]), approved);
    }

    /// <summary>The approved program in its user's hands, as often as the attack was tried.</summary>
    protected async Task<(int Served, int Of)> HonestAsync(string approved, string mode = "once") =>
        (await UserMode.UseHonestlyAsync(approved, mode, Tries), Tries);

    /// <summary>Runs an attacker against the broker that stands for what is commonly done.</summary>
    protected async Task<AttackResult> TryBrokerAsync(string weakness, Func<NaiveBroker, string, Task<CommandResult>> attack)
    {
        string approved = await Naive.InstallAsync(await Fixture.ApprovedAsync());
        await using NaiveBroker broker = await NaiveBroker.StartAsync(Fixture, approved, weakness);
        return broker.Judge(await attack(broker, approved));
    }

    private static void AssertHonest((int Served, int Of)? honest)
    {
        if (honest is { } use)
        {
            Assert.Equal(use.Of, use.Served);
        }
    }
}

using KeychainAuth.Core.Configuration;
using KeychainAuth.Daemon.Policies;

namespace KeychainAuth.Tests.Daemon.Policies;

/// <summary>System mode: a user's policy, and beneath it what root lets every user's programs do.</summary>
public sealed class SharedPolicyTests
{
    private static readonly BinaryIdentity Tool = new(Hashes.Of('a'), "/opt/tool");

    [Fact]
    public void Find_OnlyShared_IsTheSharedEntryAndNotTheUsersOwn()
    {
        PolicySnapshot policy = Snapshot().Over(Snapshot(Entry("aws")));
        Assert.Equal(["aws"], policy.Find(Tool)!.AllowedReadServices);
        Assert.False(policy.IsOwn(policy.Find(Tool)!));
    }

    [Fact]
    public void Find_Both_IsTheUsersOwn()
    {
        PolicySnapshot policy = Snapshot(Entry("own")).Over(Snapshot(Entry("shared")));
        Assert.Equal(["own"], policy.Find(Tool)!.AllowedReadServices);
        Assert.True(policy.IsOwn(policy.Find(Tool)!));
    }

    [Fact]
    public void Find_UserHasDeniedWhatIsShared_IsNone() => Assert.Null(Denying().Over(Snapshot(Entry("aws"))).Find(Tool));

    // Root's no is not the user's to lift.
    [Fact]
    public void Find_RootHasDeniedWhatTheUserHasApproved_IsNone()
    {
        PolicySnapshot policy = Snapshot(Entry("aws")).Over(Denying());
        Assert.Null(policy.Find(Tool));
        Assert.True(policy.IsDenied(Tool));
    }

    // A program that everybody's entry serves unlaunched is everybody's hole.
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void IsOpenToOthers_ProgramThatNeedNotBeLaunched_IsWhoeversEntryItIs(bool own, bool shared, bool expected)
    {
        BinaryEntry open = Entry("aws");
        open.Launch = "optional";
        Assert.Equal(expected, Snapshot(own ? open : Entry("aws")).Over(Snapshot(shared ? open : Entry("aws"))).IsOpenToOthers);
    }

    [Fact]
    public void Over_SameTwoAgain_IsTheSameSnapshot()
    {
        PolicySnapshot own = Snapshot();
        PolicySnapshot shared = Snapshot(Entry("aws"));
        Assert.Same(own.Over(shared), own.Over(shared));
        Assert.NotSame(own.Over(shared), own.Over(Snapshot()));
    }

    private static PolicySnapshot Snapshot(params BinaryEntry[] entries) => new(new ConfigDocument { RegisteredBinaries = [.. entries] });

    private static PolicySnapshot Denying() => new(new ConfigDocument { Denied = [new DeniedEntry { Path = Tool.Path, Hash = Tool.Hash }] });

    private static BinaryEntry Entry(string service) => new() { Path = Tool.Path, Hash = Tool.Hash, AllowedReadServices = [service] };
}

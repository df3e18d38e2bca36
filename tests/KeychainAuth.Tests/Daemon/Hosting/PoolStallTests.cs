using KeychainAuth.Daemon.Hosting;

namespace KeychainAuth.Tests.Daemon.Hosting;

public sealed class PoolStallTests
{
    private const int Usual = 64;

    [Fact]
    public void Look_WorkWaitsAndNoneGetsDone_AsksForMoreThreadsThanThereAre()
    {
        var stall = new PoolStall(Usual);
        Assert.False(stall.Look(pending: 0, completed: 7, threads: 64));
        Assert.False(stall.SomethingWaits);
        for (int look = 0; look < 3; look++)
        {
            Assert.False(stall.Look(pending: 1, completed: 7, threads: 64));
            Assert.True(stall.SomethingWaits);
        }

        Assert.True(stall.Look(pending: 1, completed: 7, threads: 64));
        Assert.Equal(128, stall.Minimum);
    }

    /// <summary>A storm is work, however long its queue.</summary>
    [Fact]
    public void Look_WorkWaitsAndGetsDone_LeavesThePoolAlone()
    {
        var stall = new PoolStall(Usual);
        Assert.All(Enumerable.Range(0, 1000), look => Assert.False(stall.Look(pending: 5000, completed: look, threads: 64)));
        Assert.Equal(Usual, stall.Minimum);
    }

    [Fact]
    public void Look_MoreAndMoreThreadsAreKept_StopsAtTheMost()
    {
        var stall = new PoolStall(Usual);
        for (int look = 0; look < 200; look++)
        {
            stall.Look(pending: 1, completed: 7, threads: stall.Minimum);
            Assert.InRange(stall.Minimum, Usual, PoolStall.Most);
        }

        Assert.Equal(PoolStall.Most, stall.Minimum);
    }

    [Fact]
    public void Look_NothingHasWaitedForAMinute_GoesBackToTheUsual()
    {
        var stall = new PoolStall(Usual);
        for (int look = 0; look < 5; look++)
        {
            stall.Look(pending: 1, completed: 7, threads: 64);
        }

        Assert.Equal(128, stall.Minimum);
        Assert.All(Enumerable.Range(1, 59), _ => Assert.False(stall.Look(pending: 0, completed: 9, threads: 128)));
        Assert.True(stall.Look(pending: 0, completed: 9, threads: 128));
        Assert.Equal(Usual, stall.Minimum);
    }
}

using KeychainAuth.Daemon.Hosting;

namespace KeychainAuth.Tests.Daemon.Hosting;

public sealed class PoolStallTests
{
    private const int Usual = 64;

    private readonly PoolStall _stall = new(Usual);
    private long _completed = 7;

    [Fact]
    public void Look_WorkWaitsAndNoneGetsDone_AsksForMoreThreadsThanThereAre()
    {
        Assert.False(_stall.Look(pending: 0, _completed, threads: 64));
        Assert.False(_stall.SomethingWaits);
        Assert.Equal(10, LooksUntilRaised(threads: 64, completedEachLook: 0));
        Assert.True(_stall.SomethingWaits);
        Assert.Equal(128, _stall.Minimum);
    }

    /// <summary>Whoever keeps the threads lets one go now and then.</summary>
    [Fact]
    public void Look_WorkWaitsAndHardlyAnyGetsDone_AsksForMoreThreads() =>
        Assert.Equal(10, LooksUntilRaised(threads: 64, completedEachLook: 2));

    /// <summary>A storm is work, however long its queue.</summary>
    [Fact]
    public void Look_WorkWaitsAndGetsDone_LeavesThePoolAlone() =>
        Assert.Null(LooksUntilRaised(threads: 64, completedEachLook: 10));

    /// <summary>The pool may make more as it is, but the machine has no time for it.</summary>
    [Fact]
    public void Look_FewThreadsGetNothingDone_LeavesThePoolAlone() =>
        Assert.Null(LooksUntilRaised(threads: 6, completedEachLook: 0));

    [Fact]
    public void Look_SomethingWaitedOnlyNowAndThen_LeavesThePoolAlone()
    {
        for (int look = 0; look < 1000; look++)
        {
            Assert.False(_stall.Look(pending: look % 10, _completed, threads: 64));
        }
    }

    [Fact]
    public void Look_MoreAndMoreThreadsAreKept_StopsAtTheMost()
    {
        while (LooksUntilRaised(_stall.Minimum, completedEachLook: 0) is not null)
        {
            Assert.InRange(_stall.Minimum, Usual, PoolStall.Most);
        }

        Assert.Equal(PoolStall.Most, _stall.Minimum);
    }

    [Fact]
    public void Look_NothingHasWaitedForAMinuteAndIdleThreadsHaveEnded_GoesBackToTheUsual()
    {
        LooksUntilRaised(threads: 64, completedEachLook: 0);
        Assert.All(Enumerable.Range(1, 59), _ => Assert.False(_stall.Look(pending: 0, _completed, threads: 20)));
        Assert.True(_stall.Look(pending: 0, _completed, threads: 20));
        Assert.Equal(Usual, _stall.Minimum);
    }

    /// <summary>Else the next one that is kept would hold everybody up again.</summary>
    [Fact]
    public void Look_NothingHasWaitedForAMinuteButThreadsAreKept_LeavesRoomForOthers()
    {
        LooksUntilRaised(threads: 64, completedEachLook: 0);
        LooksUntilRaised(threads: 128, completedEachLook: 0);
        LooksUntilRaised(threads: 192, completedEachLook: 0);
        Assert.Equal(256, _stall.Minimum);
        for (int look = 0; look < 100; look++)
        {
            _stall.Look(pending: 0, _completed, threads: 100);
        }

        Assert.Equal(164, _stall.Minimum);
    }

    /// <returns>How many looks it took after the first that found something waiting; null when 100 were not enough.</returns>
    private int? LooksUntilRaised(int threads, int completedEachLook)
    {
        for (int look = 0; look <= 100; look++, _completed += completedEachLook)
        {
            if (_stall.Look(pending: 5000, _completed, threads))
            {
                return look;
            }
        }

        return null;
    }
}

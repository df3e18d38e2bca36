using KeychainAuth.Core.Configuration;
using KeychainAuth.Daemon.Requests;

namespace KeychainAuth.Tests.Daemon.Requests;

public sealed class ConnectionLimiterTests
{
    private readonly ConnectionLimiter _limiter = new(new Limits { MaxConnections = 8, MaxConnectionsPerBinary = 3 });

    [Fact]
    public void TryEnter_Strangers_GetAQuarter()
    {
        Assert.True(_limiter.TryEnter());
        Assert.True(_limiter.TryEnter());
        Assert.False(_limiter.TryEnter());
        _limiter.Leave();
        Assert.True(_limiter.TryEnter());
    }

    [Fact]
    public void TryEnter_FullOfStrangers_StillAdmitsRegisteredOnes()
    {
        while (_limiter.TryEnter())
        {
        }

        Assert.True(_limiter.TryEnter(Program("a")));
    }

    [Fact]
    public void TryEnter_OneProgram_HasALimitOfItsOwn()
    {
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(_limiter.TryEnter(Program("a"))));
        Assert.False(_limiter.TryEnter(Program("a")));
        Assert.True(_limiter.TryEnter(Program("b")));
        _limiter.Leave(Program("a"));
        Assert.True(_limiter.TryEnter(Program("a")));
    }

    [Fact]
    public void TryEnter_SameHashAtAnotherPath_IsAnotherProgram()
    {
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(_limiter.TryEnter(Program("a"))));
        Assert.True(_limiter.TryEnter(Program("a") with { Path = "/opt/elsewhere" }));
    }

    [Fact]
    public void TryEnter_AllTogether_HaveALimit()
    {
        string[] programs = ["a", "a", "a", "b", "b", "b", "c", "c"];
        Assert.All(programs, p => Assert.True(_limiter.TryEnter(Program(p))));
        Assert.False(_limiter.TryEnter(Program("d")));
        _limiter.Leave(Program("c"));
        Assert.True(_limiter.TryEnter(Program("d")));
    }

    [Fact]
    public void TryEnter_GreedyPrograms_LeaveRoomForThoseThatHoldFew()
    {
        var limiter = new ConnectionLimiter(new Limits { MaxConnections = 80, MaxConnectionsPerBinary = 60 });
        foreach (string greedy in (string[])["a", "b"])
        {
            while (limiter.TryEnter(Program(greedy)))
            {
            }
        }

        Assert.True(limiter.TryEnter(Program("c")));
    }

    [Fact]
    public async Task TryEnter_ManyThreads_NeverExceedTheLimit()
    {
        int inside = 0;
        int most = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                if (_limiter.TryEnter(Program("a")))
                {
                    int now = Interlocked.Increment(ref inside);
                    InterlockedMax(ref most, now);
                    Interlocked.Decrement(ref inside);
                    _limiter.Leave(Program("a"));
                }
            }
        }))).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.InRange(most, 1, 3);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(_limiter.TryEnter(Program("a"))));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private static BinaryIdentity Program(string name) => BinaryIdentity.FromDigest(new string('a', 64), "/opt/" + name);
}

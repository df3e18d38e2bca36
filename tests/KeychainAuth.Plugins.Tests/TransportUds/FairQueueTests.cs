using System.Runtime.Versioning;
using KeychainAuth.Plugins.TransportUds;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[SupportedOSPlatform("linux")]
public sealed class FairQueueTests
{
    private const uint User = 1000;
    private const uint AnotherUser = 1001;

    // A user with many processes has no more turns than one with one.
    [Fact]
    public void TryTake_ManyProcessesOfOneUserBeforeAnother_TheOtherIsNextButOne()
    {
        var queue = new FairQueue<string>(256);
        for (int process = 1; process <= 200; process++)
        {
            queue.Add(User, process, "crowd");
        }

        queue.Add(AnotherUser, 1, "other");
        Assert.Equal("crowd", queue.TryTake());
        Assert.Equal("other", queue.TryTake());
        Assert.Equal("crowd", queue.TryTake());
    }

    [Fact]
    public void Add_NoRoomBecauseOfManyProcessesOfOneUser_TheCrowdGivesWay()
    {
        var queue = new FairQueue<string>(4);
        for (int process = 1; process <= 4; process++)
        {
            Assert.Null(queue.Add(User, process, "crowd"));
        }

        Assert.Equal("crowd", queue.Add(AnotherUser, 1, "other"));
        Assert.Contains("other", TakeAll(queue));
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void TryTake_OneProcessHasMany_OthersTakeTurnsWithIt()
    {
        var queue = new FairQueue<string>(16);
        foreach (string connection in (string[])["a1", "a2", "a3", "a4"])
        {
            Assert.Null(queue.Add(User, 1, connection));
        }

        Assert.Null(queue.Add(User, 2, "b1"));
        Assert.Null(queue.Add(User, 3, "c1"));
        Assert.Null(queue.Add(User, 3, "c2"));
        Assert.Equal(["a1", "b1", "c1", "a2", "c2", "a3", "a4"], TakeAll(queue));
        Assert.Null(queue.Add(User, 2, "b2"));
        Assert.Equal(["b2"], TakeAll(queue));
    }

    [Fact]
    public void Add_NoRoom_ProcessWithMostLosesItsLast()
    {
        var queue = new FairQueue<string>(4);
        foreach (string connection in (string[])["a1", "a2", "a3"])
        {
            queue.Add(User, 1, connection);
        }

        Assert.Null(queue.Add(User, 2, "b1"));
        Assert.Equal("a3", queue.Add(User, 3, "c1"));
        Assert.Equal("a3", queue.Add(User, 1, "a3"));
        Assert.Equal(["a1", "b1", "c1", "a2"], TakeAll(queue));
    }

    /// <summary>One of those that wait may have lost all it had before its turn comes.</summary>
    [Fact]
    public void TryTake_ProcessLostAll_IsPassedOver()
    {
        var queue = new FairQueue<string>(1);
        queue.Add(User, 1, "a1");
        Assert.Equal("a1", queue.Add(User, 2, "b1"));
        Assert.Equal(["b1"], TakeAll(queue));
    }

    [Fact]
    public async Task TakeAsync_NothingWaits_WaitsForTheNext()
    {
        var queue = new FairQueue<string>(4);
        Task<string?> waiting = queue.TakeAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        queue.Add(User, 1, "a1");
        Assert.Equal("a1", await waiting.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task End_SomethingWaits_ItCanStillBeTakenAndNothingAdded()
    {
        var queue = new FairQueue<string>(4);
        queue.Add(User, 1, "a1");
        queue.End();
        Assert.Equal("a2", queue.Add(User, 1, "a2"));
        Assert.Equal("a1", await TakeAsync(queue));
        Assert.Null(await TakeAsync(queue));
        Assert.Null(await TakeAsync(queue));
    }

    [Fact]
    public async Task End_WithFailure_WhoeverTakesGetsIt()
    {
        var queue = new FairQueue<string>(4);
        queue.End(new InvalidOperationException("why"));
        Assert.Equal("why", (await Assert.ThrowsAsync<InvalidOperationException>(() => TakeAsync(queue))).Message);
    }

    private static Task<string?> TakeAsync(FairQueue<string> queue) =>
        queue.TakeAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    private static IEnumerable<string> TakeAll(FairQueue<string> queue)
    {
        while (queue.TryTake() is { } connection)
        {
            yield return connection;
        }
    }
}

using KeychainAuth.Plugins.TransportUds;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FairQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void TryTake_OneProcessHasMany_OthersTakeTurnsWithIt()
    {
        var queue = new FairQueue<string>(16);
        foreach (string connection in (string[])["a1", "a2", "a3", "a4"])
        {
            Assert.Null(queue.Add(1, connection));
        }

        Assert.Null(queue.Add(2, "b1"));
        Assert.Null(queue.Add(3, "c1"));
        Assert.Null(queue.Add(3, "c2"));
        Assert.Equal(["a1", "b1", "c1", "a2", "c2", "a3", "a4"], TakeAll(queue));
        Assert.Null(queue.Add(2, "b2"));
        Assert.Equal(["b2"], TakeAll(queue));
    }

    [Fact]
    public void Add_NoRoom_ProcessWithMostLosesItsLast()
    {
        var queue = new FairQueue<string>(4);
        foreach (string connection in (string[])["a1", "a2", "a3"])
        {
            queue.Add(1, connection);
        }

        Assert.Null(queue.Add(2, "b1"));
        Assert.Equal("a3", queue.Add(3, "c1"));
        Assert.Equal("a3", queue.Add(1, "a3"));
        Assert.Equal(["a1", "b1", "c1", "a2"], TakeAll(queue));
    }

    /// <summary>One of those that wait may have lost all it had before its turn comes.</summary>
    [Fact]
    public void TryTake_ProcessLostAll_IsPassedOver()
    {
        var queue = new FairQueue<string>(1);
        queue.Add(1, "a1");
        Assert.Equal("a1", queue.Add(2, "b1"));
        Assert.Equal(["b1"], TakeAll(queue));
    }

    [Fact]
    public async Task TakeAsync_NothingWaits_WaitsForTheNext()
    {
        var queue = new FairQueue<string>(4);
        Task<string?> waiting = queue.TakeAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        queue.Add(1, "a1");
        Assert.Equal("a1", await waiting.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task End_SomethingWaits_ItCanStillBeTakenAndNothingAdded()
    {
        var queue = new FairQueue<string>(4);
        queue.Add(1, "a1");
        queue.End();
        Assert.Equal("a2", queue.Add(1, "a2"));
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

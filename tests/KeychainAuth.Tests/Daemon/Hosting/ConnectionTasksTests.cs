using KeychainAuth.Daemon.Hosting;

namespace KeychainAuth.Tests.Daemon.Hosting;

public sealed class ConnectionTasksTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>As many as there are processors are being verified: the next waits until one of them waits for its client.</summary>
    [Fact]
    public async Task WaitForRoomAsync_OneConnectionWaits_NextIsBegun()
    {
        await using var clients = new Clients(Timeout.InfiniteTimeSpan);
        clients.FillProcessors();
        Task next = clients.Connections.WaitForRoomAsync(Cancellation);
        Assert.False(next.IsCompleted);
        clients.Verified.Release();
        await next.WaitAsync(Patience, Cancellation);
    }

    /// <summary>Peers that hold the kernel's answers back keep threads, but nobody from being begun.</summary>
    [Fact]
    public async Task WaitForRoomAsync_AllTakeLong_NextIsBegunAllTheSame()
    {
        await using var clients = new Clients();
        clients.FillProcessors();
        for (int connection = 0; connection <= System.Environment.ProcessorCount; connection++)
        {
            await clients.Connections.WaitForRoomAsync(Cancellation).WaitAsync(Patience, Cancellation);
            clients.Run();
        }
    }

    /// <summary>A storm that has passed by then counts all the same.</summary>
    [Fact]
    public async Task TakeMost_ConnectionsThatHaveEnded_AreCounted()
    {
        using var connections = new ConnectionTasks();
        Assert.Equal(0, connections.TakeMost());
        var over = new TaskCompletionSource();
        for (int connection = 0; connection < 5; connection++)
        {
            connections.Run(() => over.Task);
        }

        over.SetResult();
        await connections.WhenAllEnded().WaitAsync(Patience, Cancellation);
        Assert.Equal(5, connections.TakeMost());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Connections that are verified when they are told so, and then wait for their clients until the end.</summary>
    private sealed class Clients(TimeSpan? longestBeginning = null) : IAsyncDisposable
    {
        private readonly TaskCompletionSource _over = new();

        internal ConnectionTasks Connections { get; } = new(longestBeginning);

        internal SemaphoreSlim Verified { get; } = new(0);

        internal void FillProcessors()
        {
            for (int connection = 0; connection < System.Environment.ProcessorCount; connection++)
            {
                Assert.True(Connections.WaitForRoomAsync(Cancellation).IsCompletedSuccessfully);
                Run();
            }
        }

        internal void Run() => Connections.Run(() =>
        {
            Verified.Wait(Patience, Cancellation);
            return _over.Task;
        });

        public async ValueTask DisposeAsync()
        {
            Verified.Release(100);
            Task ended = Connections.WhenAllEnded();
            Assert.False(ended.IsCompleted);
            _over.SetResult();
            await ended.WaitAsync(Patience, CancellationToken.None);
            Connections.Dispose();
            Verified.Dispose();
        }
    }
}

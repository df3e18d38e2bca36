using KeychainAuth.Daemon.Hosting;

namespace KeychainAuth.Tests.Daemon.Hosting;

public sealed class ConnectionTasksTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>As many as there are processors are being verified: the next waits until one of them waits for its client.</summary>
    [Fact]
    public async Task WaitForRoomAsync_AllProcessorsBusy_WaitsUntilOneConnectionWaits()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var connections = new ConnectionTasks();
        using var verified = new SemaphoreSlim(0);
        var client = new TaskCompletionSource();
        for (int connection = 0; connection < System.Environment.ProcessorCount; connection++)
        {
            await connections.WaitForRoomAsync(cancellation).WaitAsync(Patience, cancellation);
            connections.Run(() =>
            {
                verified.Wait(Patience, cancellation);
                return client.Task;
            });
        }

        Task next = connections.WaitForRoomAsync(cancellation);
        Assert.False(next.IsCompleted);
        verified.Release();
        await next.WaitAsync(Patience, cancellation);
        verified.Release(System.Environment.ProcessorCount);
        Task ended = connections.WhenAllEnded();
        Assert.False(ended.IsCompleted);
        client.SetResult();
        await ended.WaitAsync(Patience, cancellation);
        Assert.Equal(-1, connections.Count);
    }
}

using System.Collections.Concurrent;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Daemon.Stores;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Tests.Daemon.Stores;

public sealed class StoreAccessTests
{
    private const string Canary = "canary-7f3a";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RecordingLogger _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StoreError.Locked, "store_locked")]
    [InlineData(StoreError.UserCancelled, "store_locked")]
    [InlineData(StoreError.Unavailable, "store_unavailable")]
    [InlineData(StoreError.Timeout, "store_unavailable")]
    [InlineData(StoreError.TooLarge, "value_too_large")]
    [InlineData(StoreError.Corrupt, "internal_error")]
    public async Task ReadAsync_StoreException_BecomesTheProtocolsWord(StoreError error, string reason)
    {
        Refusal refusal = await RefusalAsync(_ => throw new StoreException(error, "It is so."));
        Assert.Equal(reason, refusal.Reason.Name);
        Assert.False(refusal.Reason.ClosesConnection);
        Assert.Contains("It is so.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_PartlyDone_SaysHowFarItCame()
    {
        StoreAccess store = Store(_ => throw new StoreException(StoreError.Unavailable, "The disk is gone.", completed: 3));
        Refusal refusal = await Assert.ThrowsAsync<Refusal>(() => store.WriteAsync("demo", [], Cancellation).AsTask());
        Assert.Contains('3', refusal.Message);
    }

    [Fact]
    public async Task ReadAsync_ForeignException_LeaksNothingToClientOrLog()
    {
        Refusal refusal = await RefusalAsync(_ => throw new InvalidOperationException($"value was {Canary}", new FormatException(Canary)));
        Assert.Equal("internal_error", refusal.Reason.Name);
        Assert.DoesNotContain(Canary, refusal.ToString(), StringComparison.Ordinal);
        Assert.Contains(_log.Lines, line => line.Contains("System.InvalidOperationException", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, line => line.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadAsync_StoreHangsButHeedsItsToken_IsUnavailableInTime()
    {
        Refusal refusal = await RefusalAsync(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return [];
        });
        Assert.Equal("store_unavailable", refusal.Reason.Name);
        Assert.Contains("'some-store' did not answer", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_StoreIgnoresItsToken_IsAbandonedAndItsLateAnswerZeroed()
    {
        var answer = new TaskCompletionSource<IReadOnlyList<Secret>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Refusal refusal = await RefusalAsync(_ => answer.Task);
        Assert.Equal("store_unavailable", refusal.Reason.Name);

        var late = new Secret("k", new SecretBuffer("value"u8));
        answer.SetResult([late]);
        await Waiting.UntilAsync(() => IsDisposed(late));
    }

    [Fact]
    public async Task ReadAsync_StoreFailsAfterItWasAbandoned_TroublesNobody()
    {
        var answer = new TaskCompletionSource<IReadOnlyList<Secret>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await RefusalAsync(_ => answer.Task);
        answer.SetException(new InvalidOperationException(Canary));
        Assert.DoesNotContain(_log.Lines, line => line.Contains(Canary, StringComparison.Ordinal));
    }

    // The request's own buffers are zeroed when it has been refused; a store that is still writing must not write zeroes.
    [Fact]
    public async Task WriteAsync_AbandonedStoreStillWrites_SeesTheValueUntilItEnds()
    {
        var end = new TaskCompletionSource<IReadOnlyList<Secret>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var broken = new BrokenStore(_ => end.Task);
        var store = new StoreAccess(broken, "some-store", TimeSpan.FromMilliseconds(100), _log);
        using (var secret = new Secret("k", new SecretBuffer("value"u8)))
        {
            await Assert.ThrowsAsync<Refusal>(() => store.WriteAsync("demo", [secret], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        }

        Secret held = Assert.Single(broken.Written);
        Assert.True(held.Value.Span.SequenceEqual("value"u8));
        end.SetResult([]);
        await Waiting.UntilAsync(() => IsDisposed(held));
    }

    [Fact]
    public async Task ReadAsync_DaemonStops_IsCancelledNotRefused()
    {
        using var stopping = new CancellationTokenSource();
        StoreAccess store = Store(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return [];
        }, Patience);
        Task reading = store.ReadAsync("demo", ["k"], stopping.Token).AsTask();
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Patience, Cancellation));
    }

    // A store whose own cancellation is not ours: an internal time-out, for example.
    [Fact]
    public async Task ReadAsync_StoreCancelsOfItsOwn_IsARefusal() =>
        Assert.Equal("store_unavailable", (await RefusalAsync(_ => throw new OperationCanceledException(Canary))).Reason.Name);

    [Fact]
    public async Task AllCalls_StoreFails_AreRefused()
    {
        StoreAccess store = Store(_ => throw new StoreException(StoreError.Locked, "Locked."));
        await Assert.ThrowsAsync<Refusal>(() => store.ReadAsync("demo", ["k"], Cancellation).AsTask());
        await Assert.ThrowsAsync<Refusal>(() => store.WriteAsync("demo", [], Cancellation).AsTask());
        await Assert.ThrowsAsync<Refusal>(() => store.DeleteAsync("demo", ["k"], Cancellation).AsTask());
        await Assert.ThrowsAsync<Refusal>(() => store.SearchAsync("demo", [], Cancellation).AsTask());
    }

    private Task<Refusal> RefusalAsync(Func<CancellationToken, Task<IReadOnlyList<Secret>>> answer) =>
        Assert.ThrowsAsync<Refusal>(() => Task.Run(() => Store(answer).ReadAsync("demo", ["k"], Cancellation).AsTask(), Cancellation).WaitAsync(Patience, Cancellation));

    private StoreAccess Store(Func<CancellationToken, Task<IReadOnlyList<Secret>>> answer, TimeSpan? timeout = null) =>
        new(new BrokenStore(answer), "some-store", timeout ?? TimeSpan.FromMilliseconds(100), _log);

    private static bool IsDisposed(Secret secret)
    {
        try
        {
            return secret.Value.Span.IsEmpty;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private sealed class RecordingLogger : ILogger<StoreAccess>
    {
        internal ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}

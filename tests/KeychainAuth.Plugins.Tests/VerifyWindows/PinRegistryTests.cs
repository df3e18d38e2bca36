using KeychainAuth.Plugins.VerifyWindows;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyWindows;

public sealed class PinRegistryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PinRegistry _pins = new(capacity: 2);
    private int _taken;

    [Fact]
    public async Task GetAsync_SameProcess_IsTakenOnce()
    {
        var release = new TaskCompletionSource();
        Task<PinOutcome>[] waiting = [.. Enumerable.Range(0, 5).Select(_ => _pins.GetAsync(Process(1), () => TakeAsync(1, release.Task)))];
        release.SetResult();
        await Task.WhenAll(waiting).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(1, _taken);
    }

    [Fact]
    public async Task GetAsync_NumberUsedAgain_IsAnotherProcess()
    {
        await GetAsync(Process(1));
        await GetAsync(Process(1) with { CreatedAt = 99 });
        Assert.Equal(2, _taken);
    }

    [Fact]
    public async Task GetAsync_Refused_IsNotRemembered()
    {
        var refused = new PinOutcome(null, Refusal.Unverifiable("no"));
        for (int i = 0; i < 3; i++)
        {
            Assert.Null((await _pins.GetAsync(Process(1), () => Task.FromResult(refused)).WaitAsync(Patience, TestContext.Current.CancellationToken)).Pin);
        }

        Assert.NotNull((await GetAsync(Process(1))).Pin);
    }

    [Fact]
    public async Task GetAsync_MoreThanItHolds_ForgetsTheOldest()
    {
        foreach (uint id in (uint[])[1, 2, 3])
        {
            await GetAsync(Process(id));
        }

        Assert.InRange(_pins.Count, 1, 2);
        await GetAsync(Process(3));
        Assert.Equal(3, _taken);
        await GetAsync(Process(1));
        Assert.Equal(4, _taken);
    }

    private Task<PinOutcome> GetAsync(ProcessFacts process) =>
        _pins.GetAsync(process, () => TakeAsync(process.ProcessId, Task.CompletedTask)).WaitAsync(Patience, TestContext.Current.CancellationToken);

    private async Task<PinOutcome> TakeAsync(uint id, Task release)
    {
        Interlocked.Increment(ref _taken);
        await release;
        return new PinOutcome(new ImagePin(Process(id), new FileFacts("", "", false, "", default), ""), null);
    }

    private static ProcessFacts Process(uint id) => new(id, HasExited: false, 7, "S-1-5-18", 0, "");
}

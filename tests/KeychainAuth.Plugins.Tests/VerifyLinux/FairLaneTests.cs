using System.Runtime.Versioning;
using KeychainAuth.Plugins.VerifyLinux.Files;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

[SupportedOSPlatform("linux")]
public sealed class FairLaneTests
{
    private readonly FairLane _lane = new();
    private readonly object _alice = new();
    private readonly object _bob = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EnterAsync_NobodyIsThere_PassesAtOnce()
    {
        await _lane.EnterAsync(_alice, Token);
        _lane.Leave();
        await _lane.EnterAsync(_bob, Token);
    }

    // However many somebody has waiting, another waits for one of them.
    [Fact]
    public async Task Leave_ManyOfOneOwnerWaitBeforeAnother_TheOtherIsNextButOne()
    {
        await _lane.EnterAsync(_alice, Token);
        Task[] many = [.. Enumerable.Range(0, 100).Select(_ => _lane.EnterAsync(_alice, Token))];
        Task other = _lane.EnterAsync(_bob, Token);
        _lane.Leave();
        await many[0];
        Assert.False(other.IsCompleted);
        _lane.Leave();
        await other;
        Assert.False(many[1].IsCompleted);
    }

    [Fact]
    public async Task Leave_OwnersTakeTurns_InTheOrderTheyCame()
    {
        await _lane.EnterAsync(_alice, Token);
        Task alice = _lane.EnterAsync(_alice, Token);
        Task bob = _lane.EnterAsync(_bob, Token);
        Task aliceAgain = _lane.EnterAsync(_alice, Token);
        foreach (Task next in (Task[])[alice, bob, aliceAgain])
        {
            Assert.False(next.IsCompleted);
            _lane.Leave();
            await next;
        }

        _lane.Leave();
        await _lane.EnterAsync(_bob, Token);
    }

    [Fact]
    public async Task EnterAsync_GivenUp_TakesNoTurn()
    {
        await _lane.EnterAsync(_alice, Token);
        using var impatience = new CancellationTokenSource();
        Task impatient = _lane.EnterAsync(_alice, impatience.Token);
        Task patient = _lane.EnterAsync(_bob, Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        _lane.Leave();
        await patient;
        _lane.Leave();
        await _lane.EnterAsync(_alice, Token);
    }
}

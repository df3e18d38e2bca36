using KeychainAuth.Daemon.Users;
using KeychainAuth.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeychainAuth.Tests.Daemon.Users;

public sealed class UserScopesTests : IAsyncDisposable
{
    private const uint Alice = 1001;
    private const uint Bob = 1002;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly FakeScopeFactory _factory;
    private readonly UserScopes _scopes;

    public UserScopesTests()
    {
        _factory = new FakeScopeFactory(_directory, _time);
        _scopes = new UserScopes(_factory, _time, NullLogger<UserScopes>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _scopes.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task EnterAsync_SameUserTwice_SharesOneScope()
    {
        using UserScopeLease first = await EnterAsync(Alice);
        using UserScopeLease second = await EnterAsync(Alice);
        Assert.Same(first.Scope, second.Scope);
        Assert.Equal(1, _factory.Opened);
    }

    [Fact]
    public async Task EnterAsync_TwoUsers_ShareNothing()
    {
        using UserScopeLease alice = await EnterAsync(Alice);
        using UserScopeLease bob = await EnterAsync(Bob);
        Assert.NotSame(alice.Scope.Store, bob.Scope.Store);
        Assert.NotSame(alice.Scope.Limiter, bob.Scope.Limiter);
        Assert.NotSame(alice.Scope.Audit, bob.Scope.Audit);
        Assert.NotSame(alice.Scope.Pending, bob.Scope.Pending);
    }

    [Fact]
    public async Task EnterAsync_UserWhoIsNotServed_IsNullAndLeavesNothing()
    {
        _factory.Unserved.Add(Bob);
        Assert.Null(await _scopes.EnterAsync(Bob, TestContext.Current.CancellationToken));
        Assert.Equal(0, _scopes.Count);
    }

    [Fact]
    public async Task EnterAsync_OpeningFailed_IsTriedAnewByTheNext()
    {
        _factory.Broken.Add(Alice);
        await Assert.ThrowsAsync<UserScopeException>(() => _scopes.EnterAsync(Alice, TestContext.Current.CancellationToken));
        Assert.Equal(0, _scopes.Count);
        _factory.Broken.Clear();
        using UserScopeLease lease = await EnterAsync(Alice);
        Assert.Equal(Alice, lease.Scope.UserId);
    }

    // One user's store that hangs while it is opened must not hold up another user.
    [Fact]
    public async Task EnterAsync_AnotherUsersScopeHangsWhileOpening_OpensAtOnce()
    {
        TaskCompletionSource gate = _factory.Slow[Bob] = new TaskCompletionSource();
        Task<UserScopeLease> bob = EnterAsync(Bob);
        using UserScopeLease alice = await EnterAsync(Alice).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.False(bob.IsCompleted);
        gate.SetResult();
        (await bob).Dispose();
    }

    [Fact]
    public async Task EnterAsync_TheOneWhoWaitsGivesUp_OthersStillGetTheScope()
    {
        TaskCompletionSource gate = _factory.Slow[Alice] = new TaskCompletionSource();
        using var impatient = new CancellationTokenSource();
        Task<UserScopeLease?> first = _scopes.EnterAsync(Alice, impatient.Token);
        Task<UserScopeLease> second = EnterAsync(Alice);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        using UserScopeLease lease = await second;
        Assert.Equal(1, _factory.Opened);
    }

    [Fact]
    public async Task Tick_NobodyHasBeenThereForAWhile_ClosesTheScope()
    {
        (await EnterAsync(Alice)).Dispose();
        _time.Advance(UserScopes.IdleTime);
        _scopes.Tick();
        await Waiting.UntilAsync(() => _scopes.Count == 0);
        Assert.True(await _factory.IsClosedAsync(Alice));
    }

    [Fact]
    public async Task Tick_SomebodyIsThere_KeepsTheScopeHoweverLong()
    {
        using UserScopeLease lease = await EnterAsync(Alice);
        _time.Advance(UserScopes.IdleTime * 100);
        _scopes.Tick();
        Assert.False(await _factory.IsClosedAsync(Alice));
        Assert.Equal(1, _scopes.Count);
    }

    [Fact]
    public async Task EnterAsync_AfterTheScopeWasClosed_OpensAnother()
    {
        (await EnterAsync(Alice)).Dispose();
        _time.Advance(UserScopes.IdleTime);
        _scopes.Tick();

        // Without waiting: the new one is opened when the old one is closed.
        using UserScopeLease lease = await EnterAsync(Alice);
        Assert.Equal(2, _factory.Opened);
        Assert.False(await _factory.IsClosedAsync(Alice));
    }

    [Fact]
    public async Task DisposeAsync_OpenScopes_AreClosed()
    {
        (await EnterAsync(Alice)).Dispose();
        (await EnterAsync(Bob)).Dispose();
        await _scopes.DisposeAsync();
        Assert.True(await _factory.IsClosedAsync(Alice));
        Assert.True(await _factory.IsClosedAsync(Bob));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => EnterAsync(Alice));
    }

    private async Task<UserScopeLease> EnterAsync(uint user) =>
        await _scopes.EnterAsync(user, TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException("The user is not served.");
}

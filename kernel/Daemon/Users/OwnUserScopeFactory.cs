namespace KeychainAuth.Daemon.Users;

/// <summary>User mode: the daemon serves the user it runs as, and nobody else.</summary>
internal sealed class OwnUserScopeFactory(UserScope own) : IUserScopeFactory
{
    public Task<UserScope?> OpenAsync(uint? userId, CancellationToken cancellationToken) =>
        Task.FromResult(userId == own.UserId ? own : null);
}

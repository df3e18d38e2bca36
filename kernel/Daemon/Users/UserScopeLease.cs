namespace KeychainAuth.Daemon.Users;

/// <summary>Keeps a user's scope open until it is disposed.</summary>
internal sealed class UserScopeLease(UserScope scope, Action release) : IDisposable
{
    private Action? _release = release;

    internal UserScope Scope { get; } = scope;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}

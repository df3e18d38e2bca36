using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Daemon.Stores;

/// <summary>A store that misbehaves as a test says: every call goes to one function.</summary>
internal sealed class BrokenStore(Func<CancellationToken, Task<IReadOnlyList<Secret>>> answer) : ISecretStore
{
    /// <summary>What the last write was given, as a store that is still at it would hold it.</summary>
    internal IReadOnlyList<Secret> Written { get; private set; } = [];

    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new StoreHealth(StoreState.Ready, "Says so."));

    public async ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        await answer(cancellationToken);

    public async ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        Written = secrets;
        await answer(cancellationToken);
    }

    public async ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        (await answer(cancellationToken)).Count;

    public async ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        [.. (await answer(cancellationToken)).Select(s => new SecretDescriptor(s.Target, s.Attributes))];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

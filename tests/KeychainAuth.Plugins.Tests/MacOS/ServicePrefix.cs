using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.Tests.MacOS;

/// <summary>A store within a store: services of one test, in a keychain that is everybody's. Deletes what it wrote.</summary>
internal sealed class ServicePrefix(ISecretStore store, string prefix) : ISecretStore
{
    private readonly HashSet<(string Service, string Target)> _written = [];

    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken) => store.ProbeAsync(cancellationToken);

    public ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        store.ReadAsync(prefix + service, targets, cancellationToken);

    public ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        lock (_written)
        {
            _written.UnionWith(secrets.Select(secret => (service, secret.Target)));
        }

        return store.WriteAsync(prefix + service, secrets, cancellationToken);
    }

    public ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        store.DeleteAsync(prefix + service, targets, cancellationToken);

    public ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        store.SearchAsync(prefix + service, prefixes, cancellationToken);

    /// <summary>Deletes everything that was written through this object.</summary>
    public async ValueTask EmptyAsync()
    {
        foreach (IGrouping<string, (string Service, string Target)> written in _written.GroupBy(item => item.Service))
        {
            await store.DeleteAsync(prefix + written.Key, [.. written.Select(item => item.Target)], CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}

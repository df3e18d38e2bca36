using KeychainAuth.Plugin;

namespace KeychainAuth.TestPlugins;

/// <summary>The smallest store that works; linked as source, so that no test plugin depends on another.</summary>
internal sealed class MemoryStore : ISecretStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Service, string Target), Secret> _secrets = [];

    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(new StoreHealth(StoreState.Ready, "Secrets live in memory until the daemon ends."));
    }

    public ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            List<Secret> found = [];
            foreach (string target in targets)
            {
                if (_secrets.TryGetValue((service, target), out Secret? secret))
                {
                    found.Add(Copy(secret));
                }
            }

            return ValueTask.FromResult<IReadOnlyList<Secret>>(found);
        }
    }

    public ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            foreach (Secret secret in secrets)
            {
                Remove(service, secret.Target);
                _secrets.Add((service, secret.Target), Copy(secret));
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(targets.Count(target => Remove(service, target)));
        }
    }

    public ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            IReadOnlyList<SecretDescriptor> found =
            [
                .. _secrets
                    .Where(item => item.Key.Service == service
                        && (prefixes.Count == 0 || prefixes.Any(prefix => item.Key.Target.StartsWith(prefix, StringComparison.Ordinal))))
                    .Select(item => new SecretDescriptor(item.Key.Target, item.Value.Attributes)),
            ];
            return ValueTask.FromResult(found);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            foreach (Secret secret in _secrets.Values)
            {
                secret.Dispose();
            }

            _secrets.Clear();
        }

        return ValueTask.CompletedTask;
    }

    private bool Remove(string service, string target)
    {
        if (_secrets.Remove((service, target), out Secret? old))
        {
            old.Dispose();
            return true;
        }

        return false;
    }

    private static Secret Copy(Secret secret) => new(secret.Target, new SecretBuffer(secret.Value.Span), secret.Attributes);
}

using System.Collections.Concurrent;
using KeychainAuth.Plugin;

namespace Acme.Store;

/// <summary>Keeps secrets in memory, one dictionary per service.</summary>
internal sealed class AcmeStore : ISecretStore
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<string, SortedDictionary<string, Secret>> _services = new(StringComparer.Ordinal);

    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(new StoreHealth(StoreState.Ready, "Acme is ready."));
    }

    public async ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            List<Secret> found = [];
            foreach (string target in targets)
            {
                if (Of(service).TryGetValue(target, out Secret? secret))
                {
                    found.Add(Copy(secret));
                }
            }

            return found;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            foreach (Secret secret in secrets)
            {
                Remove(service, secret.Target);
                Of(service).Add(secret.Target, Copy(secret));
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return targets.Count(target => Remove(service, target));
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return
            [
                .. Of(service).Values
                    .Where(secret => prefixes.Count == 0 || prefixes.Any(prefix => secret.Target.StartsWith(prefix, StringComparison.Ordinal)))
                    .Select(secret => new SecretDescriptor(secret.Target, secret.Attributes)),
            ];
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        foreach (Secret secret in _services.Values.SelectMany(service => service.Values))
        {
            secret.Dispose();
        }

        _services.Clear();
        _gate.Release();
    }

    private SortedDictionary<string, Secret> Of(string service) =>
        _services.GetOrAdd(service, _ => new SortedDictionary<string, Secret>(StringComparer.Ordinal));

    private bool Remove(string service, string target)
    {
        if (Of(service).Remove(target, out Secret? old))
        {
            old.Dispose();
            return true;
        }

        return false;
    }

    // The caller disposes its own, the daemon disposes what it is given: neither may be ours.
    private static Secret Copy(Secret secret) => new(secret.Target, new SecretBuffer(secret.Value.Span), secret.Attributes);
}

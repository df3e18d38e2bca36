namespace KeychainAuth.Plugin.Testing;

/// <summary>
/// A store in memory that keeps every promise of <see cref="ISecretStore"/> but durability. For tests of what stands
/// above a store: its health and its next failure can be set.
/// </summary>
public sealed class FakeSecretStore : ISecretStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Service, string Target), Secret> _secrets = [];
    private StoreException? _failure;
    private bool _disposed;

    /// <summary>What <see cref="ProbeAsync"/> answers.</summary>
    public StoreHealth Health { get; set; } = new(StoreState.Ready, "In memory.");

    /// <summary>The largest value it takes; a batch with a larger one is refused as a whole.</summary>
    public int MaxValueBytes { get; set; } = int.MaxValue;

    /// <summary>How many calls other than <see cref="ProbeAsync"/> have begun.</summary>
    public int Calls { get; private set; }

    /// <summary>Makes every call but <see cref="ProbeAsync"/> fail, until it is called with null.</summary>
    /// <param name="failure">What to throw; null for none.</param>
    public void FailWith(StoreException? failure)
    {
        lock (_gate)
        {
            _failure = failure;
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Health);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        lock (_gate)
        {
            Begin(cancellationToken);
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

    /// <inheritdoc/>
    public ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        lock (_gate)
        {
            Begin(cancellationToken);
            if (secrets.Any(secret => secret.Value.Length > MaxValueBytes))
            {
                throw new StoreException(StoreError.TooLarge, $"A value exceeds {MaxValueBytes} bytes; store less.");
            }

            foreach (Secret secret in secrets)
            {
                if (_secrets.Remove((service, secret.Target), out Secret? old))
                {
                    old.Dispose();
                }

                _secrets.Add((service, secret.Target), Copy(secret));
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        lock (_gate)
        {
            Begin(cancellationToken);
            int deleted = 0;
            foreach (string target in targets)
            {
                if (_secrets.Remove((service, target), out Secret? old))
                {
                    old.Dispose();
                    deleted++;
                }
            }

            return ValueTask.FromResult(deleted);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        lock (_gate)
        {
            Begin(cancellationToken);
            IReadOnlyList<SecretDescriptor> found =
            [
                .. _secrets
                    .Where(item => item.Key.Service == service && (prefixes.Count == 0 || prefixes.Any(prefix => item.Key.Target.StartsWith(prefix, StringComparison.Ordinal))))
                    .Select(item => new SecretDescriptor(item.Key.Target, item.Value.Attributes)),
            ];
            return ValueTask.FromResult(found);
        }
    }

    /// <summary>Zeroes what was stored.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (Secret secret in _secrets.Values)
            {
                secret.Dispose();
            }

            _secrets.Clear();
        }

        return ValueTask.CompletedTask;
    }

    private void Begin(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        Calls++;
        if (_failure is not null)
        {
            throw _failure;
        }
    }

    private static Secret Copy(Secret secret) =>
        new(secret.Target, new SecretBuffer(secret.Value.Span), new Dictionary<string, string>(secret.Attributes, StringComparer.Ordinal));
}

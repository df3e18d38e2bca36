using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Daemon.Sealing;

/// <summary>
/// What lies on a disk: raw values that outlive the stores opened on them, open to an attacker's hand. The power can be
/// cut at the n-th change, before or after it has been made; every call after it fails too.
/// </summary>
internal sealed class Shelf
{
    private readonly Lock _gate = new();
    private int _changes;

    internal Dictionary<(string Service, string Target), (byte[] Value, IReadOnlyDictionary<string, string> Attributes)> Items { get; } = [];

    internal int? CutAtChange { get; set; }

    internal bool CutAfterIt { get; set; }

    internal bool IsDead { get; private set; }

    internal int MaxValueBytes { get; set; } = int.MaxValue;

    internal int Changes => _changes;

    internal ISecretStore Open() => new Store(this);

    /// <summary>The next change is the first again, and nothing is cut.</summary>
    internal void Revive()
    {
        _changes = 0;
        CutAtChange = null;
        IsDead = false;
    }

    private static StoreException Dead() => new(StoreError.Unavailable, "The power is off.");

    private sealed class Store(Shelf shelf) : ISecretStore, IServiceEnumeration
    {
        public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult(new StoreHealth(StoreState.Ready, "On the shelf."));

        public ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
            Look<IReadOnlyList<Secret>>(
                () => [.. targets.Where(target => shelf.Items.ContainsKey((service, target))).Select(target => Copy(service, target))], cancellationToken);

        public ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
            Look<IReadOnlyList<SecretDescriptor>>(
                () => [.. shelf.Items
                    .Where(item => item.Key.Service == service && (prefixes.Count == 0 || prefixes.Any(prefix => item.Key.Target.StartsWith(prefix, StringComparison.Ordinal))))
                    .Select(item => new SecretDescriptor(item.Key.Target, item.Value.Attributes))],
                cancellationToken);

        public ValueTask<IReadOnlyList<string>> ListServicesAsync(CancellationToken cancellationToken) =>
            Look<IReadOnlyList<string>>(() => [.. shelf.Items.Keys.Select(key => key.Service).Distinct()], cancellationToken);

        public async ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken) =>
            await ChangeAsync(
                () =>
                {
                    if (secrets.FirstOrDefault(secret => secret.Value.Length > shelf.MaxValueBytes) is { } large)
                    {
                        throw new StoreException(StoreError.TooLarge, $"'{large.Target}' exceeds {shelf.MaxValueBytes} bytes.");
                    }

                    foreach (Secret secret in secrets)
                    {
                        shelf.Items[(service, secret.Target)] = (secret.Value.Span.ToArray(), secret.Attributes.ToDictionary());
                    }

                    return 0;
                },
                cancellationToken);

        public ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
            ChangeAsync(() => targets.Count(target => shelf.Items.Remove((service, target))), cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private Secret Copy(string service, string target) =>
            new(target, new SecretBuffer(shelf.Items[(service, target)].Value), shelf.Items[(service, target)].Attributes);

        private ValueTask<T> Look<T>(Func<T> look, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (shelf._gate)
            {
                return shelf.IsDead ? throw Dead() : ValueTask.FromResult(look());
            }
        }

        private async ValueTask<int> ChangeAsync(Func<int> change, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // A real store is not done at once either.
            await Task.Yield();
            lock (shelf._gate)
            {
                bool isCut = ++shelf._changes == shelf.CutAtChange;
                if (shelf.IsDead || (isCut && !shelf.CutAfterIt))
                {
                    shelf.IsDead = true;
                    throw Dead();
                }

                int result = change();
                shelf.IsDead = isCut;
                return isCut ? throw Dead() : result;
            }
        }
    }
}

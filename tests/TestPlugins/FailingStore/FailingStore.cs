using KeychainAuth.Plugin;

namespace KeychainAuth.TestPlugins;

/// <summary>
/// A target or prefix <c>fail:NAME</c> makes the call fail: with the <see cref="StoreError"/> of that name, with
/// <c>crash</c> by an exception that no store should throw, with <c>partial</c> after one item, and with <c>hang</c>
/// not at all until the call is given up. Reading <c>binary</c> finds a value that is no text. All else works.
/// </summary>
internal sealed class FailingStore : ISecretStore
{
    private const string Prefix = "fail:";

    private readonly MemoryStore _store = new();

    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken) => _store.ProbeAsync(cancellationToken);

    public async ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        await FailIfAskedAsync(targets, cancellationToken);
        return targets.Contains("binary")
            ? [new Secret("binary", new SecretBuffer([0x62, 0xFF]))]
            : await _store.ReadAsync(service, targets, cancellationToken);
    }

    public async ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        await FailIfAskedAsync(secrets.Select(secret => secret.Target), cancellationToken);
        await _store.WriteAsync(service, secrets, cancellationToken);
    }

    public async ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        await FailIfAskedAsync(targets, cancellationToken);
        return await _store.DeleteAsync(service, targets, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        await FailIfAskedAsync(prefixes, cancellationToken);
        return await _store.SearchAsync(service, prefixes, cancellationToken);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static async Task FailIfAskedAsync(IEnumerable<string> targets, CancellationToken cancellationToken)
    {
        string? failure = targets.FirstOrDefault(target => target.StartsWith(Prefix, StringComparison.Ordinal))?[Prefix.Length..];
        switch (failure)
        {
            case null:
                return;
            case "crash":
                throw new InvalidOperationException("This sentence must reach nobody.");
            case "partial":
                throw new StoreException(StoreError.Unavailable, "The test store gave up.", completed: 1);
            case "hang":
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return;
            default:
                throw new StoreException(Enum.Parse<StoreError>(failure), $"The test store fails with {failure}.");
        }
    }
}

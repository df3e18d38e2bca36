using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Migration;

/// <summary>A store that takes a value and keeps another: the reason why copies are read back.</summary>
internal sealed class SpoilingStore(FakeSecretStore inner) : ISecretStore
{
    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);

    public ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        inner.ReadAsync(service, targets, cancellationToken);

    public ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken) =>
        inner.WriteAsync(service, [.. secrets.Select(secret => new Secret(secret.Target, new SecretBuffer("spoilt"u8)))], cancellationToken);

    public ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        inner.DeleteAsync(service, targets, cancellationToken);

    public ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        inner.SearchAsync(service, prefixes, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

using System.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.TestPlugins;

/// <summary>A store whose only secret is what the plugin found out, whatever is asked for: a test reads it.</summary>
internal sealed class FindingStore(string finding) : ISecretStore
{
    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new StoreHealth(StoreState.Ready, finding));

    public ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<Secret>>([.. targets.Select(target => new Secret(target, new SecretBuffer(Encoding.UTF8.GetBytes(finding))))]);

    public ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken) =>
        throw new StoreException(StoreError.AccessDenied, "This store only tells what it found.");

    public ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        throw new StoreException(StoreError.AccessDenied, "This store only tells what it found.");

    public ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<SecretDescriptor>>([]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

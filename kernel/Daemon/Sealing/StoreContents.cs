using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>What a store holds altogether, where it can say.</summary>
internal static class StoreContents
{
    /// <exception cref="StoreException">The store cannot list its services.</exception>
    internal static ValueTask<IReadOnlyList<string>> ServicesAsync(this ISecretStore store, CancellationToken cancellationToken) =>
        store is IServiceEnumeration enumeration
            ? enumeration.ListServicesAsync(cancellationToken)
            : throw new StoreException(StoreError.Unavailable, "This store cannot list its services.");

    /// <summary>Whether nothing is stored. A store that cannot say counts as empty.</summary>
    internal static async ValueTask<bool> IsEmptyAsync(this ISecretStore store, CancellationToken cancellationToken) =>
        store is not IServiceEnumeration enumeration || (await enumeration.ListServicesAsync(cancellationToken)).Count == 0;
}

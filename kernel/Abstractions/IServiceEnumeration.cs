namespace KeychainAuth.Plugin;

/// <summary>
/// An ability that a store may have beside <see cref="ISecretStore"/>: naming the services it holds. Without it a
/// person who moves secrets to another store has to name the services. Programs are never told.
/// </summary>
public interface IServiceEnumeration
{
    /// <summary>Lists the services under which something is stored, each once, in any order.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreException">The store could not answer.</exception>
    ValueTask<IReadOnlyList<string>> ListServicesAsync(CancellationToken cancellationToken);
}

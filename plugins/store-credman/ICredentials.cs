using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>
/// What is used of the Credential Manager. Each call is one step: it has happened, or it has not. Calls block, because
/// they go to another process.
/// </summary>
internal interface ICredentials
{
    /// <returns>The credential, owned by the caller; null where there is none.</returns>
    /// <exception cref="StoreException">It could not be read.</exception>
    Credential? Read(string name);

    /// <summary>Creates or replaces.</summary>
    /// <exception cref="StoreException">It was not written.</exception>
    void Write(Credential credential);

    /// <returns>False where there was none.</returns>
    /// <exception cref="StoreException">It was not deleted.</exception>
    bool Delete(string name);

    /// <summary>All whose names begin so, without case.</summary>
    /// <param name="prefix">The beginning; empty for all.</param>
    /// <param name="withBlobs">Whether blobs are wanted; without, they are empty.</param>
    /// <returns>Owned by the caller.</returns>
    /// <exception cref="StoreException">They could not be listed.</exception>
    IReadOnlyList<Credential> Enumerate(string prefix, bool withBlobs);
}

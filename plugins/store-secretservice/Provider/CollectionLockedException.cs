namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>What was asked for cannot be said while a collection is locked.</summary>
internal sealed class CollectionLockedException(string collection) : Exception
{
    /// <summary>The collection's object path.</summary>
    internal string Collection { get; } = collection;
}

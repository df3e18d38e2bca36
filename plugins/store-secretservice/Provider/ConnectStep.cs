namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>What is tried on the way to a provider, in this order.</summary>
internal enum ConnectStep
{
    /// <summary>Connecting to the bus.</summary>
    Bus,

    /// <summary>Finding, or having the bus start, who provides the Secret Service.</summary>
    Provider,

    /// <summary>Opening a session with it.</summary>
    Session,
}

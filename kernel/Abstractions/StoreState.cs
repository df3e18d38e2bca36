namespace KeychainAuth.Plugin;

/// <summary>Whether a store can work.</summary>
public enum StoreState
{
    /// <summary>Requests can be served.</summary>
    Ready,

    /// <summary>The store is there but has to be unlocked by its owner first. The daemon starts all the same.</summary>
    Locked,

    /// <summary>The store cannot be reached or read. The daemon does not start on it.</summary>
    Unavailable,
}

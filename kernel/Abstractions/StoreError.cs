namespace KeychainAuth.Plugin;

/// <summary>Why a store could not do what it was asked.</summary>
public enum StoreError
{
    /// <summary>The keychain is locked.</summary>
    Locked,

    /// <summary>The keychain refuses the daemon.</summary>
    AccessDenied,

    /// <summary>A person dismissed the keychain's prompt.</summary>
    UserCancelled,

    /// <summary>The keychain, or the disk below it, cannot be reached or written.</summary>
    Unavailable,

    /// <summary>A value, name or attribute exceeds a limit of the backend, which the message names.</summary>
    TooLarge,

    /// <summary>What is stored cannot be read as what it should be. Nothing was overwritten.</summary>
    Corrupt,

    /// <summary>The backend did not answer in time.</summary>
    Timeout,
}

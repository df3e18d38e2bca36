namespace KeychainAuth.Plugin;

/// <summary>Why a transport failed.</summary>
public enum TransportError
{
    /// <summary>The address has no meaning on this platform, or is too long for it.</summary>
    InvalidAddress,

    /// <summary>Somebody is listening there.</summary>
    AddressInUse,

    /// <summary>The place exists but belongs to somebody else, is open to others, or is not what it should be.</summary>
    UnsafeAddress,

    /// <summary>The connection has ended: the peer closed it, or it was aborted.</summary>
    ConnectionClosed,

    /// <summary>The peer did not take our bytes before the deadline.</summary>
    Timeout,

    /// <summary>Any other failure of the operating system.</summary>
    Failed,
}

namespace KeychainAuth.Client;

/// <summary>Why the daemon did not serve a request, or could not be asked.</summary>
public enum KeychainAuthError
{
    /// <summary>No daemon listens on the socket.</summary>
    NotRunning,

    /// <summary>The calling program waits for approval: <c>keychain-auth list-pending</c> shows it.</summary>
    NotRegistered,

    /// <summary>The daemon could not establish who the calling program is.</summary>
    IdentityUnverified,

    /// <summary>The calling process is no longer the program that connected, or another process wrote on its connection.</summary>
    IdentityChanged,

    /// <summary>The daemon asks for another connection, and did so too often in a row.</summary>
    ReconnectRequired,

    /// <summary>The calling program lies on a file system whose contents somebody else decides.</summary>
    FileSystemNotTrusted,

    /// <summary>The calling program may not do this in that service.</summary>
    ServiceNotAllowed,

    /// <summary>The calling program may not search, nor match by prefix.</summary>
    ActionNotInPolicy,

    /// <summary>A target lies outside what the calling program may use.</summary>
    TargetNotAllowed,

    /// <summary>The calling program's grant has ended.</summary>
    GrantExpired,

    /// <summary>The daemon takes the request for malformed.</summary>
    MalformedRequest,

    /// <summary>The request is larger than the daemon accepts; split it.</summary>
    RequestTooLarge,

    /// <summary>A value is larger than the daemon's store accepts.</summary>
    ValueTooLarge,

    /// <summary>The keychain is locked.</summary>
    StoreLocked,

    /// <summary>The keychain cannot be reached.</summary>
    StoreUnavailable,

    /// <summary>The daemon has too much to do at the moment.</summary>
    Busy,

    /// <summary>The daemon failed.</summary>
    InternalError,

    /// <summary>What listens on the socket may not be the daemon, so nothing was sent to it.</summary>
    UntrustedServer,

    /// <summary>The daemon's answer makes no sense.</summary>
    ProtocolViolation,

    /// <summary>No answer came in time. Whether the request took effect is unknown.</summary>
    Timeout,

    /// <summary>The connection has ended. Connect again; whether a request under way took effect is unknown.</summary>
    ConnectionClosed,

    /// <summary>The calling program must be started by the launcher: <c>keychain-auth exec -- PROGRAM</c>.</summary>
    LaunchRequired,
}

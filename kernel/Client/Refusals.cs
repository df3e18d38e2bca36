using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Client;

/// <summary>Turns the daemon's refusals into exceptions.</summary>
internal static class Refusals
{
    internal static KeychainAuthException From(ResponseMessage response)
    {
        KeychainAuthError error = ErrorFor(response.Reason, response.Status);
        return new KeychainAuthException(error, response.Message ?? Describe(error, response.Reason), response.Reason);
    }

    /// <summary>A reason that this library does not know yet is taken for what its status says.</summary>
    private static KeychainAuthError ErrorFor(string? reason, string status) => reason switch
    {
        "unregistered_binary_pending_approval" => KeychainAuthError.NotRegistered,
        "identity_unverified" => KeychainAuthError.IdentityUnverified,
        "identity_changed" => KeychainAuthError.IdentityChanged,
        "reconnect_required" => KeychainAuthError.ReconnectRequired,
        "launch_required" => KeychainAuthError.LaunchRequired,
        "filesystem_not_trusted" => KeychainAuthError.FileSystemNotTrusted,
        "service_not_allowed" => KeychainAuthError.ServiceNotAllowed,
        "action_not_in_policy" => KeychainAuthError.ActionNotInPolicy,
        "target_not_allowed" => KeychainAuthError.TargetNotAllowed,
        "grant_expired" => KeychainAuthError.GrantExpired,
        "malformed_request" => KeychainAuthError.MalformedRequest,
        "request_too_large" => KeychainAuthError.RequestTooLarge,
        "value_too_large" => KeychainAuthError.ValueTooLarge,
        "store_locked" => KeychainAuthError.StoreLocked,
        "store_unavailable" => KeychainAuthError.StoreUnavailable,
        "busy" => KeychainAuthError.Busy,
        "internal_error" => KeychainAuthError.InternalError,
        _ => status switch
        {
            ResponseStatus.Denied => KeychainAuthError.ActionNotInPolicy,
            ResponseStatus.Error => KeychainAuthError.InternalError,
            _ => KeychainAuthError.ProtocolViolation,
        },
    };

    private static string Describe(KeychainAuthError error, string? reason) => error == KeychainAuthError.NotRegistered
        ? "This program is not registered with the daemon: see 'keychain-auth list-pending', then 'keychain-auth approve'."
        : $"The daemon refused: {reason ?? "it gave no reason"}.";
}

namespace KeychainAuth.Core.Protocol;

/// <summary>Why a request, or a whole connection, was not served. The spelling is the protocol's.</summary>
/// <param name="Name">The word on the wire and in the audit log.</param>
/// <param name="Status"><see cref="ResponseStatus.Denied"/> or <see cref="ResponseStatus.Error"/>.</param>
/// <param name="ClosesConnection">Whether the connection ends after the line that carries it.</param>
internal sealed record Reason(string Name, string Status, bool ClosesConnection)
{
    internal static Reason Unregistered { get; } = Denied("unregistered_binary_pending_approval", closes: true);

    internal static Reason IdentityUnverified { get; } = Denied("identity_unverified", closes: true);

    internal static Reason IdentityChanged { get; } = Denied("identity_changed", closes: true);

    internal static Reason ReconnectRequired { get; } = Denied("reconnect_required", closes: true);

    internal static Reason LaunchRequired { get; } = Denied("launch_required", closes: true);

    internal static Reason FileSystemNotTrusted { get; } = Denied("filesystem_not_trusted", closes: true);

    internal static Reason ServiceNotAllowed { get; } = Denied("service_not_allowed", closes: false);

    internal static Reason ActionNotInPolicy { get; } = Denied("action_not_in_policy", closes: false);

    internal static Reason TargetNotAllowed { get; } = Denied("target_not_allowed", closes: false);

    internal static Reason GrantExpired { get; } = Denied("grant_expired", closes: false);

    /// <summary>JSON that makes no sense as a request.</summary>
    internal static Reason MalformedRequest { get; } = Error("malformed_request", closes: false);

    /// <summary>No JSON at all, or values of the wrong JSON type: nothing that follows can be relied on.</summary>
    internal static Reason MalformedLine { get; } = Error("malformed_request", closes: true);

    internal static Reason RequestTooLarge { get; } = Error("request_too_large", closes: true);

    internal static Reason ValueTooLarge { get; } = Error("value_too_large", closes: false);

    internal static Reason StoreLocked { get; } = Error("store_locked", closes: false);

    internal static Reason StoreUnavailable { get; } = Error("store_unavailable", closes: false);

    internal static Reason InternalError { get; } = Error("internal_error", closes: false);

    internal static Reason Busy { get; } = Error("busy", closes: true);

    private static Reason Denied(string name, bool closes) => new(name, ResponseStatus.Denied, closes);

    private static Reason Error(string name, bool closes) => new(name, ResponseStatus.Error, closes);
}

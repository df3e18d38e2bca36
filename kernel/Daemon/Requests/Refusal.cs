using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Daemon.Requests;

/// <summary>A request, or a connection, is not served. Thrown by the steps of the path, answered in one place.</summary>
/// <param name="reason">The protocol's word for it.</param>
/// <param name="message">One sentence for the client and the log. Never a secret.</param>
internal sealed class Refusal(Reason reason, string message) : Exception(message)
{
    internal Reason Reason { get; } = reason;

    /// <summary>What only the audit log gets; null where the message says all.</summary>
    internal string? Detail { get; init; }

    /// <summary>The id of a request that could not be understood, as raw JSON.</summary>
    internal byte[]? Id { get; init; }
}

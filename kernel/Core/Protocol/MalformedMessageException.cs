namespace KeychainAuth.Core.Protocol;

/// <summary>A line from a client, or from a daemon, is not what the protocol allows.</summary>
/// <param name="reason"><see cref="Reason.MalformedLine"/> or <see cref="Reason.MalformedRequest"/>.</param>
/// <param name="message">One sentence for the person who wrote the client. Never content of the line.</param>
/// <param name="id">The request's id as raw JSON, where it could be read.</param>
internal sealed class MalformedMessageException(Reason reason, string message, byte[]? id = null) : Exception(message)
{
    internal Reason Reason { get; } = reason;

    internal byte[]? Id { get; } = id;
}

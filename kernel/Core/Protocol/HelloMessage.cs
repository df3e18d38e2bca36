namespace KeychainAuth.Core.Protocol;

/// <summary>A client that speaks version 2 introduces itself.</summary>
/// <param name="version">The version it speaks.</param>
internal sealed class HelloMessage(int version) : ClientMessage
{
    internal int Version { get; } = version;
}

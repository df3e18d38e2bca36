namespace KeychainAuth.Core.Protocol;

/// <summary>The daemon accepts the connection as attributable.</summary>
/// <param name="protocol">The version it speaks from here on.</param>
/// <param name="serverVersion">The daemon's own version; empty when it gave none.</param>
internal sealed class WelcomeMessage(int protocol, string serverVersion) : ServerMessage
{
    internal int Protocol { get; } = protocol;

    internal string ServerVersion { get; } = serverVersion;
}

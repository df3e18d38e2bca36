namespace KeychainAuth.Core.Protocol;

/// <summary>The daemon wants the client to connect once more, so that the whole connection is the client's own.</summary>
internal sealed class ReconnectMessage : ServerMessage;

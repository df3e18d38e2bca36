namespace KeychainAuth.Core.Protocol;

/// <summary>The launcher asks whether it may become the program whose descriptor came with the line.</summary>
/// <param name="version">The version it speaks.</param>
internal sealed class LaunchMessage(int version) : ClientMessage
{
    internal int Version { get; } = version;
}

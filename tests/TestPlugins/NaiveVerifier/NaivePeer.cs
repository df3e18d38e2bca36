using KeychainAuth.Plugin;

namespace KeychainAuth.TestPlugins;

/// <summary>What was seen once is believed for good.</summary>
internal sealed class NaivePeer(string path, string sha256) : VerifiedPeer
{
    public override string ExecutablePath { get; } = path;

    public override string Sha256 { get; } = sha256;

    public override ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);
}

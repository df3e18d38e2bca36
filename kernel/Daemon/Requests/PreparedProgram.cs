using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Requests;

/// <summary>A program that is to be launched, as far as a person who approves it is concerned: nothing of it runs yet.</summary>
internal sealed class PreparedProgram(PreparedLaunch launch) : VerifiedPeer
{
    public override string ExecutablePath => launch.ExecutablePath;

    public override string Sha256 => launch.Sha256;

    public override IReadOnlyDictionary<string, string> Evidence => launch.Evidence;

    public override ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);
}

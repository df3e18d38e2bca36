using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Daemon.Requests;

/// <summary>A verified peer that says whether it was launched.</summary>
internal sealed class FakeLaunchedPeer(string path, string digest, bool isLaunched, CodeFile? script = null) : VerifiedPeer, ILaunchedPeer
{
    public override string ExecutablePath => path;

    public override string Sha256 => digest;

    public bool IsLaunched => isLaunched;

    public CodeFile? Script => script;

    public override CodeInventory Code => Beside;

    internal CodeInventory Beside { get; init; } = CodeInventory.Empty;

    public override ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);
}

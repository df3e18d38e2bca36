using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Requests;

/// <summary>A verifier that sees a launcher in everybody, and remembers what became of the launch.</summary>
internal sealed class FakeLauncher(string program, string digest) : IPeerVerifier, ILaunchVerifier
{
    internal VerifiedPeer? Peer { get; init; }

    internal CodeFile? Script { get; init; }

    internal (VerificationRefusal Kind, string Message)? Refusal { get; init; }

    internal string? NotLaunched { get; init; }

    internal List<string> Events { get; } = [];

    internal List<SafeHandle> Passed { get; } = [];

    public ValueTask<VerificationResult> VerifyAsync(PeerCredentials peer, CancellationToken cancellationToken) =>
        ValueTask.FromResult(VerificationResult.Verified(Peer ?? new FakeVerifiedPeer("/lib/launcher", new string('c', 64)), attributable: true));

    public bool IsLauncher(VerifiedPeer peer) => Peer is null;

    public ValueTask<LaunchVerification> PrepareLaunchAsync(VerifiedPeer launcher, IReadOnlyList<SafeHandle> descriptors, CancellationToken cancellationToken)
    {
        Passed.AddRange(descriptors);
        Assert.All(descriptors, descriptor => Assert.False(descriptor.IsClosed));
        return ValueTask.FromResult(Refusal is { } refusal
            ? LaunchVerification.Refused(refusal.Kind, refusal.Message)
            : LaunchVerification.Verified(new Launch(this, program, digest)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Launch(FakeLauncher owner, string program, string digest) : PreparedLaunch
    {
        public override string ExecutablePath => program;

        public override string Sha256 => digest;

        public override CodeFile? Script => owner.Script;

        public override IReadOnlyDictionary<string, string> Evidence { get; } = new Dictionary<string, string> { ["command_line"] = "launcher\0tool\0" };

        public override void Grant() => owner.Events.Add("granted");

        public override ValueTask<string?> CompleteAsync(CancellationToken cancellationToken)
        {
            owner.Events.Add("completed");
            return ValueTask.FromResult(owner.NotLaunched);
        }

        public override ValueTask DisposeAsync()
        {
            owner.Events.Add("disposed");
            return base.DisposeAsync();
        }
    }
}

using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Requests;

/// <summary>A live connection and the identity that is bound to it. The connection is the session: nothing outlives it.</summary>
internal sealed class Session(
    long number, IPeerConnection connection, VerifiedPeer peer, bool isAttributable, UserScopeLease scope, FrameReader frames) : IAsyncDisposable
{
    internal IPeerConnection Connection { get; } = connection;

    internal VerifiedPeer Peer { get; } = peer;

    /// <summary>Whose session it is.</summary>
    internal UserScope Scope => scope.Scope;

    internal FrameReader Frames { get; } = frames;

    internal PinnedBufferWriter Output { get; } = new();

    /// <summary>The requests being served.</summary>
    internal ReadBurst Burst { get; } = new();

    internal BinaryIdentity Identity { get; } = IdentityOf(peer);

    /// <summary>Whether the program runs as the launcher has started it, closed to its user's other programs.</summary>
    internal bool IsLaunched { get; } = peer is ILaunchedPeer { IsLaunched: true };

    /// <summary>Whether the peer is the launcher: it is asked for a program, and may not ask for secrets.</summary>
    internal bool IsLauncher { get; init; }

    /// <summary>Whether every byte of this connection can only come from the verified image.</summary>
    internal bool IsAttributable { get; } = isAttributable;

    /// <summary>Whether the client's first line was a HELLO that was welcomed.</summary>
    internal bool IsVersion2 { get; set; }

    /// <summary>Whether a line has been understood: HELLO must be the first.</summary>
    internal bool HasSpoken { get; set; }

    /// <summary>Whether a request has been understood.</summary>
    internal bool HasRequested { get; set; }

    /// <summary>A record with what is known of the peer filled in.</summary>
    internal AuditRecord Record(string action, string result, string? service = null, IReadOnlyList<string>? targets = null) => new()
    {
        Service = service,
        Targets = targets,
        Action = action,
        Result = result,
        ProcessId = Connection.Peer.ProcessId,
        UserId = Connection.Peer.UserId,
        BinaryPath = Identity.Path,
        BinaryHash = Identity.Hash,
        ScriptPath = Identity.Script?.Path,
        ScriptHash = Identity.Script?.Hash,
        Connection = number,
    };

    private static BinaryIdentity IdentityOf(VerifiedPeer peer) =>
        BinaryIdentity.FromDigest(peer.Sha256, peer.ExecutablePath) with { Script = ScriptOf((peer as ILaunchedPeer)?.Script) };

    /// <summary>What a verifier says of a launched script, as the policy names it.</summary>
    internal static ScriptIdentity? ScriptOf(CodeFile? script) =>
        script is null ? null : new ScriptIdentity(BinaryIdentity.HashPrefix + script.Sha256, script.Path);

    public async ValueTask DisposeAsync()
    {
        Burst.Dispose();
        Frames.Dispose();
        Output.Dispose();
        await Peer.DisposeAsync();
        scope.Dispose();
    }
}

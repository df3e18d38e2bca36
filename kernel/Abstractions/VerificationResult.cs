using System.Diagnostics.CodeAnalysis;

namespace KeychainAuth.Plugin;

/// <summary>The outcome of <see cref="IPeerVerifier.VerifyAsync"/>: a verified peer or a refusal.</summary>
public sealed class VerificationResult
{
    private VerificationResult(VerifiedPeer? peer, bool attributable, VerificationRefusal? refusal, string? message)
    {
        Peer = peer;
        Attributable = attributable;
        Refusal = refusal;
        Message = message;
    }

    /// <summary>Whether the peer was verified.</summary>
    [MemberNotNullWhen(true, nameof(Peer))]
    [MemberNotNullWhen(false, nameof(Refusal), nameof(Message))]
    public bool IsVerified => Peer is not null;

    /// <summary>The verified peer, which the receiver of this result disposes; null after a refusal.</summary>
    public VerifiedPeer? Peer { get; }

    /// <summary>
    /// Whether every byte of this connection, those already queued included, can only have been written by the
    /// verified image. False means that bytes queued before verification may stem from an image that ran earlier in
    /// the same process.
    /// </summary>
    public bool Attributable { get; }

    /// <summary>Why the peer was refused; null when it was verified.</summary>
    public VerificationRefusal? Refusal { get; }

    /// <summary>One sentence for the log and the audit record; null when it was verified.</summary>
    public string? Message { get; }

    /// <summary>The peer was verified.</summary>
    /// <param name="peer">Who it is.</param>
    /// <param name="attributable">See <see cref="Attributable"/>.</param>
    public static VerificationResult Verified(VerifiedPeer peer, bool attributable) =>
        new(peer ?? throw new ArgumentNullException(nameof(peer)), attributable, null, null);

    /// <summary>The peer was refused.</summary>
    /// <param name="refusal">The kind of refusal.</param>
    /// <param name="message">One sentence that says what was missing or contradictory.</param>
    public static VerificationResult Refused(VerificationRefusal refusal, string message) =>
        new(null, false, refusal, message ?? throw new ArgumentNullException(nameof(message)));
}

using System.Globalization;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyMacOS.Code;
using KeychainAuth.Plugins.VerifyMacOS.Pins;
using KeychainAuth.Plugins.VerifyMacOS.Processes;

namespace KeychainAuth.Plugins.VerifyMacOS;

/// <summary>
/// Establishes which code a local process runs, from its audit token and the system's own check of its signature. An image
/// that is pinned already is only looked at again; any other is pinned first.
/// </summary>
internal sealed class MacPeerVerifier : IPeerVerifier, IProgramSigners
{
    private readonly PluginContext _context;
    private readonly PinTaker _taker;

    public MacPeerVerifier(PluginContext context, VerifierSettings settings)
    {
        _context = context;
        _taker = new PinTaker(settings);
        Pins = new PinRegistry(settings.MaxPins, context.Time);
    }

    /// <summary>For tests: the pins that are held.</summary>
    internal PinRegistry Pins { get; }

    public async ValueTask<VerificationResult> VerifyAsync(PeerCredentials peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);

        // The token was read before this moment, so an image that still is the token's later runs from here to there.
        long instant = _context.Time.GetTimestamp();
        if (_context.Environment.UserId is not { } ours || peer.UserId != ours)
        {
            return Refused($"The peer is user {Text(peer.UserId)}, and this daemon serves user {Text(_context.Environment.UserId)} only; start a daemon of its own for that user.");
        }

        if (AuditToken.Read(peer.AuditToken) is not { } token)
        {
            return Refused("The transport gave no audit token of the peer, without which a process cannot be told from its successor.");
        }

        if (token.ProcessId != peer.ProcessId || token.UserId != ours)
        {
            return Refused($"The kernel contradicts itself on the peer: process {peer.ProcessId} of user {ours}, then process {token.ProcessId} of user {token.UserId}.");
        }

        try
        {
            // Hashing and the system's check may take a while, and block.
            return FindPinned(token, peer)
                ?? await Task.Run(() => Pin(token, peer, instant, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (CoreFoundationException failure)
        {
            return Refused($"The system cannot be asked about process {token.ProcessId}: {failure.Message}");
        }
    }

    public ValueTask<string?> FindSignerAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (SecurityCode.OfFile(path, out SecurityCode? code) != CodeStatus.Success)
        {
            return ValueTask.FromResult<string?>(null);
        }

        using (code)
        {
            return ValueTask.FromResult(
                code!.Check(requirement: null) == CodeStatus.Success
                && code.Describe(out CodeFacts facts) == CodeStatus.Success
                && SignerText.ToBelieve(facts.TeamId) is { } believed
                && code.Check(believed) == CodeStatus.Success
                    ? SignerText.Of(facts with { IsApples = true })
                    : null);
        }
    }

    public ValueTask DisposeAsync()
    {
        Pins.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The answer from the pin of this very image; null where it has none.</summary>
    private VerificationResult? FindPinned(AuditToken token, PeerCredentials peer)
    {
        if (Pins.TryAcquire(new ImageKey(token.ProcessId, token.Version)) is not { } known)
        {
            return null;
        }

        if (known.FindChange() is not { } change)
        {
            return Verified(peer, known);
        }

        Pins.Withdraw(known);
        Pins.Release(known);
        return Refused(change);
    }

    private VerificationResult Pin(AuditToken token, PeerCredentials peer, long instant, CancellationToken cancellationToken)
    {
        (ImagePin? pin, Refusal? refusal) = _taker.Take(token, instant, cancellationToken);
        return pin is null
            ? VerificationResult.Refused(refusal!.Kind, refusal.Message)
            : Verified(peer, Pins.Publish(pin));
    }

    // Both are readings of the same monotonic clock: what did not exist when the image ran was made while it ran.
    private VerificationResult Verified(PeerCredentials peer, ImagePin pin) =>
        VerificationResult.Verified(new MacVerifiedPeer(Pins, pin), attributable: peer.ConnectedAfter >= pin.Instant);

    private static VerificationResult Refused(string message) =>
        VerificationResult.Refused(VerificationRefusal.Unverifiable, message);

    private static string Text(uint? user) => user?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
}

using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>
/// Establishes which executable a local process runs, from the system's word alone. A process cannot become another
/// program here, so what it wrote before it was verified is its own: every connection is attributable to it, or to
/// whoever wrote into its memory.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsPeerVerifier : IPeerVerifier, IProgramSigners
{
    private readonly PinRegistry _pins;
    private readonly PinTaker _taker;
    private readonly ProcessToken _self;

    public WindowsPeerVerifier(VerifierSettings settings)
    {
        _pins = new PinRegistry(settings.MaxPins);
        _taker = new PinTaker(settings);
        using var current = new SafeProcessHandle(-1, ownsHandle: false);
        _self = ProcessToken.Of(current)
            ?? throw new InvalidOperationException($"Windows does not say as which user the daemon runs: {Interop.Kernel32.DescribeLastError()}.");
    }

    public async ValueTask<VerificationResult> VerifyAsync(PeerCredentials peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (peer.ProcessHandle is not { IsInvalid: false, IsClosed: false } handle)
        {
            return Refused(Refusal.Unverifiable("The transport gave no handle of the peer's process, without which its number may be another's by now."));
        }

        if (ProcessProbe.Read(handle, out string? fault) is not { } process)
        {
            return Refused(Refusal.Unverifiable(fault!));
        }

        if (PeerRules.FindFault(peer, process, _self.User.ToString(), _self.Session) is { } refusal)
        {
            return Refused(refusal);
        }

        PinOutcome outcome;
        try
        {
            outcome = await _pins.GetAsync(process, () => TakeAsync(process)).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Refused(Refusal.Unverifiable("The daemon is stopping."));
        }

        return outcome.Pin is { } pin
            ? await VerifiedAsync(handle, pin, cancellationToken).ConfigureAwait(false)
            : Refused(outcome.Refusal!);
    }

    public ValueTask<string?> FindSignerAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Authenticode.Examine(path, expected: null).Identity);
    }

    public ValueTask DisposeAsync()
    {
        _taker.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<PinOutcome> TakeAsync(ProcessFacts process)
    {
        // Others may wait for this after the connection that began it, and its handle, are gone.
        using SafeProcessHandle own = Interop.Kernel32.OpenProcess(
            Interop.WinNT.PROCESS_QUERY_LIMITED_INFORMATION | Interop.WinNT.SYNCHRONIZE, bInheritHandle: false, process.ProcessId);
        return own.IsInvalid || ProcessProbe.Read(own, out _)?.CreatedAt != process.CreatedAt
            ? new PinOutcome(null, Refusal.Unverifiable($"Process {process.ProcessId} was gone before it could be verified."))
            : await _taker.TakeAsync(own, process).ConfigureAwait(false);
    }

    // A pin may be older than this connection: the process may have been renamed or have ended meanwhile.
    private static async Task<VerificationResult> VerifiedAsync(SafeHandle handle, ImagePin pin, CancellationToken cancellationToken)
    {
        var verified = new WindowsVerifiedPeer(handle, pin);
        if (await verified.IsUnchangedAsync(cancellationToken).ConfigureAwait(false))
        {
            return VerificationResult.Verified(verified, attributable: true);
        }

        await verified.DisposeAsync().ConfigureAwait(false);
        return Refused(Refusal.Unverifiable(verified.ChangeDescription!));
    }

    private static VerificationResult Refused(Refusal refusal) => VerificationResult.Refused(refusal.Kind, refusal.Message);
}

using System.Globalization;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Launches;
using KeychainAuth.Plugins.VerifyLinux.Pins;
using KeychainAuth.Plugins.VerifyLinux.Processes;

namespace KeychainAuth.Plugins.VerifyLinux;

/// <summary>
/// Establishes which executable a local process runs, from the kernel's word alone. A process that is pinned already is
/// only looked at again; any other is pinned first.
/// </summary>
internal sealed partial class LinuxPeerVerifier : IPeerVerifier, ILaunchVerifier
{
    /// <summary>Says that one daemon serves all users of the machine, under an account of its own.</summary>
    private const string SystemMarker = "system";

    private readonly PluginContext _context;
    private readonly CodeServices _services;
    private readonly PinTaker _taker;
    private int _saidNoPidFd;

    public LinuxPeerVerifier(PluginContext context, VerifierSettings settings, HashingLanes? lanes = null)
    {
        _context = context;
        _services = new CodeServices(settings, context.Time, context.Log, lanes ?? new HashingLanes());
        Pins = new PinRegistry(settings.MaxPins, context.Time, context.Log);
        bool isRandomisationOff = IsRandomisationOff();
        if (isRandomisationOff)
        {
            context.Log.Write(
                PluginLogLevel.Warning,
                "Address randomisation is off on this machine, so images cannot be told apart and peers are refused; set kernel.randomize_va_space to 2.");
        }

        _isSystem = context.Environment.Markers.Contains(SystemMarker);
        _launcher = new InstalledLauncher(settings.Launcher);
        _examiner = new ExecutableExaminer(_services, settings.MaxExecutableBytes);
        _maxLaunched = Math.Max(settings.MaxPins / 2, 1);
        _taker = new PinTaker(_services, settings, context.Time, isRandomisationOff);
    }

    /// <summary>For tests: the pins that are held.</summary>
    internal PinRegistry Pins { get; }

    /// <summary>What launchers wait for, or have just become.</summary>
    internal LaunchRegistry Launches { get; } = new();

    /// <summary>For tests: what pins share.</summary>
    internal CodeServices Services => _services;

    public async ValueTask<VerificationResult> VerifyAsync(PeerCredentials peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (_context.Environment.UserId is not { } ours || peer.UserId != ours)
        {
            return VerificationResult.Refused(
                VerificationRefusal.Unverifiable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The peer is user {peer.UserId?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}, and this daemon serves user {_context.Environment.UserId?.ToString(CultureInfo.InvariantCulture) ?? "unknown"} only; start a daemon of its own for that user."));
        }

        if (peer.ProcessHandle is null && Interlocked.Exchange(ref _saidNoPidFd, 1) == 0)
        {
            _context.Log.Write(
                PluginLogLevel.Warning,
                "The kernel gives no pidfd of peers (Linux 6.5 does): a process number that is reused between accept and verification is found less surely.");
        }

        if (Launches.Find(peer) is not { } launch)
        {
            return await VerifyImageAsync(peer, launch: null, cancellationToken).ConfigureAwait(false);
        }

        await launch.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await VerifyImageAsync(peer, launch, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            launch.Gate.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        Pins.Dispose();
        _services.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<VerificationResult> VerifyImageAsync(PeerCredentials peer, Launch? launch, CancellationToken cancellationToken)
    {
        (ProcessPin? pin, Refusal? refusal) = await FindPinnedAsync(peer, cancellationToken).ConfigureAwait(false) is { } pinned
            ? new PinOutcome(pinned, null)
            : await TakePinAsync(peer, launch, cancellationToken).ConfigureAwait(false);
        if (pin is null)
        {
            return VerificationResult.Refused(refusal!.Kind, refusal.Message);
        }

        launch?.Settle(pin);

        // Both are readings of the same monotonic clock: what did not exist when the image ran was made by it.
        return VerificationResult.Verified(new LinuxVerifiedPeer(Pins, pin, peer), attributable: peer.ConnectedAfter >= pin.AttributableFrom);
    }

    private async ValueTask<PinOutcome> TakePinAsync(PeerCredentials peer, Launch? launch, CancellationToken cancellationToken)
    {
        PinOutcome outcome = await _taker.TakeAsync(peer, peer.UserId!.Value, cancellationToken).ConfigureAwait(false);
        if (outcome.Pin is { } pin)
        {
            // Marked before it is known: what carries a mark is never pushed out.
            launch?.Settle(pin);
            Pins.Publish(pin);
        }

        return outcome;
    }

    /// <summary>The pin of this very process, if it has one and still is what was pinned.</summary>
    private async ValueTask<ProcessPin?> FindPinnedAsync(PeerCredentials peer, CancellationToken cancellationToken)
    {
        if (Pins.TryAcquire(peer.ProcessId) is not { } pin)
        {
            return null;
        }

        bool keep = false;
        try
        {
            // Another process's pin: that one's own connections still need it.
            if (!IsSameProcess(peer, pin))
            {
                return null;
            }

            if (await pin.LookAsync(cancellationToken).ConfigureAwait(false) is null
                && pin.IsAtItsPath())
            {
                keep = true;
                return pin;
            }

            Pins.Withdraw(pin);
            return null;
        }
        finally
        {
            if (!keep)
            {
                Pins.Release(pin);
            }
        }
    }

    /// <summary>
    /// Whether peer and pin are one process, provided the pin then proves alive: two live processes cannot share a
    /// number. Without a pidfd this holds of connections made after the pin only; an older one may stem from a
    /// process that had the number before.
    /// </summary>
    private static bool IsSameProcess(PeerCredentials peer, ProcessPin pin)
    {
        if (peer.ProcessHandle is not { } pidFd)
        {
            return true;
        }

        return pin.UniqueNumber is { } unique
            ? PidFd.ReadUniqueNumber(pidFd) == unique
            : PidFd.ReadProcessId(pidFd) == peer.ProcessId;
    }

    private static bool IsRandomisationOff()
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = Interop.Libc.Open("/proc/sys/kernel/randomize_va_space", Interop.Libc.O_RDONLY);
        Span<byte> value = stackalloc byte[1];
        return !file.IsInvalid && Interop.Libc.PRead(file, value, 0) == 1 && value[0] == (byte)'0';
    }
}

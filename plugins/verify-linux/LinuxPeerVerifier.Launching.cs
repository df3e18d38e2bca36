using System.Globalization;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Launches;
using KeychainAuth.Plugins.VerifyLinux.Pins;

namespace KeychainAuth.Plugins.VerifyLinux;

/// <content>Launching: only where one daemon serves all users, since only there it is out of their reach itself.</content>
internal sealed partial class LinuxPeerVerifier
{
    private const int MaxPathBytes = 8192;
    private const int SetIds = 0xC00;

    private readonly bool _isSystem;
    private readonly InstalledLauncher _launcher;
    private readonly ExecutableExaminer _examiner;

    // Their pins stay while they live, and must leave room for others.
    private readonly int _maxLaunched;

    /// <summary>Asked of every connection before it is served, and so notes which of them are the launcher's.</summary>
    public bool IsLauncher(VerifiedPeer peer)
    {
        if (peer is not LinuxVerifiedPeer linux || !IsLauncher(linux, out _))
        {
            return false;
        }

        linux.Pin.AskedOn(linux.Credentials);
        return true;
    }

    public async ValueTask<LaunchVerification> PrepareLaunchAsync(
        VerifiedPeer launcher, IReadOnlyList<SafeHandle> descriptors, CancellationToken cancellationToken)
    {
        if (launcher is not LinuxVerifiedPeer peer || !IsLauncher(peer, out uint group))
        {
            return Unverifiable("Only the installed launcher may ask for a launch.");
        }

        // What a launched program has started has the group as well. It can ask and then exec the launcher, which asks anew.
        peer.Pin.AskedOn(peer.Credentials);
        if (!Pins.Knows(peer.Pin) || peer.Pin.IsAskedTwice)
        {
            return Unverifiable("The process has made several connections as the launcher, or too many others are pinned to tell; start the program from one that was not launched itself.");
        }

        if (descriptors.Count is not (1 or 3))
        {
            return Unverifiable("The launcher passes one open file, or three for a script, and this one passed another number; install launcher and daemon of one version.");
        }

        // Those that have ended count until somebody looks.
        if (Pins.CountLaunched() >= _maxLaunched)
        {
            Pins.Reap();
        }

        if (Pins.CountLaunched() >= _maxLaunched)
        {
            return Unverifiable($"You run {_maxLaunched} launched programs already; end some, or raise max_pins of verify-linux.");
        }

        CodeFile? script = null;
        if (descriptors.Count == 3)
        {
            (script, Refusal? unfit) = await LookAtScriptAsync(descriptors[1], descriptors[2], cancellationToken).ConfigureAwait(false);
            if (unfit is not null)
            {
                return LaunchVerification.Refused(unfit.Kind, unfit.Message);
            }
        }

        (ExecutableFile? program, Refusal? refusal) = await LookAtProgramAsync(descriptors[0], cancellationToken).ConfigureAwait(false);
        return refusal is not null
            ? LaunchVerification.Refused(refusal.Kind, refusal.Message)
            : LaunchVerification.Verified(new LinuxPreparedLaunch(
                this, peer.Credentials, peer.Pin, program!, new LaunchMark(group, peer.Pin.Instant, peer.Credentials.AcceptOrder, script)));
    }

    /// <summary>Looks what has become of the launcher's process.</summary>
    /// <returns>Null where it is launched, or why not.</returns>
    internal async ValueTask<Refusal?> SettleAsync(PeerCredentials credentials, Launch launch, CancellationToken cancellationToken)
    {
        await launch.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            PinOutcome outcome = await FindPinnedAsync(credentials, cancellationToken).ConfigureAwait(false) is { } pinned
                ? new PinOutcome(pinned, null)
                : await TakePinAsync(credentials, launch, cancellationToken).ConfigureAwait(false);
            if (outcome.Pin is not { } pin)
            {
                return outcome.Refusal;
            }

            Refusal? refusal = launch.Settle(pin);
            Pins.Release(pin);
            return refusal;
        }
        finally
        {
            launch.Gate.Release();
        }
    }

    private bool IsLauncher(LinuxVerifiedPeer peer, out uint group)
    {
        group = 0;
        return _isSystem
            && _launcher.TryLook(out FileKey installed, out group)
            && peer.Credentials.GroupId == group
            && peer.Pin.IsLauncher(installed, group);
    }

    private async ValueTask<(ExecutableFile? Program, Refusal? Refusal)> LookAtProgramAsync(SafeHandle descriptor, CancellationToken cancellationToken)
    {
        if (Examine(descriptor, out Interop.Libc.statx_buffer stat, out string path, out FileSystemVerdict? fileSystem) is { } unfit)
        {
            return (null, unfit);
        }

        if ((stat.Permissions & SetIds) != 0)
        {
            return (null, Refusal.Unverifiable($"{path} has set-id bits, and such a program is not launched."));
        }

        FileHash hash = await _services.Hasher
            .HashAsync(descriptor, FileKey.From(stat), fileSystem!.TracksMappedWrites, cancellationToken)
            .ConfigureAwait(false);
        return hash.Sha256 is not { } sha256
            ? (null, hash.Refusal)
            : (new ExecutableFile(path, printedName: [])
            {
                Sha256 = sha256,
                Key = hash.Key,
                Mapped = hash.Key.Identity,
                FileSystem = fileSystem,
                Owner = stat.stx_uid,
                Permissions = stat.Permissions,
            }, null);
    }

    /// <summary>The script is named by its file and hashed in the copy, which the interpreter reads and nobody can change.</summary>
    private async ValueTask<(CodeFile? Script, Refusal? Refusal)> LookAtScriptAsync(SafeHandle file, SafeHandle copy, CancellationToken cancellationToken)
    {
        if (Examine(file, out Interop.Libc.statx_buffer stat, out string path, out _) is { } unfit)
        {
            return (null, unfit);
        }

        if (Interop.Libc.FCntl(copy, Interop.Libc.F_GET_SEALS, 0) is var seals && (seals < 0 || (seals & Interop.Libc.AllSeals) != Interop.Libc.AllSeals))
        {
            return (null, Refusal.Unverifiable("The copy of the script can still be changed; install launcher and daemon of one version."));
        }

        FileHash hash = FileKey.TryRead(copy, out FileKey key)
            ? await _services.Hasher.HashAsync(copy, key, tracksMappedWrites: false, cancellationToken).ConfigureAwait(false)
            : FileHash.Refused(Refusal.Unverifiable("The copy of the script cannot be looked at."));
        return hash.Sha256 is { } sha256 ? (new CodeFile(path, sha256, stat.stx_uid), null) : (null, hash.Refusal);
    }

    private Refusal? Examine(SafeHandle descriptor, out Interop.Libc.statx_buffer stat, out string path, out FileSystemVerdict? fileSystem)
    {
        Span<byte> link = stackalloc byte[MaxPathBytes];
        int length = ReadLink(descriptor, link);
        if (length <= 0 || length == link.Length)
        {
            stat = default;
            path = "";
            fileSystem = null;
            return Refusal.Unverifiable("The kernel does not say where the file that the launcher opened lies.");
        }

        return _examiner.Examine(descriptor, link[..length], out stat, out path, out fileSystem);
    }

    private static int ReadLink(SafeHandle descriptor, Span<byte> link)
    {
        bool added = false;
        try
        {
            descriptor.DangerousAddRef(ref added);
            return Interop.Libc.ReadLink(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor.DangerousGetHandle()}"), link);
        }
        finally
        {
            if (added)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    private static LaunchVerification Unverifiable(string message) => LaunchVerification.Refused(VerificationRefusal.Unverifiable, message);
}

using System.Globalization;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using KeychainAuth.Plugins.VerifyLinux.Processes;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>Takes a pin of a process that is not pinned yet: every check there is, in the order of the documentation.</summary>
internal sealed class PinTaker(CodeServices services, VerifierSettings settings, TimeProvider time, bool isRandomisationOff)
{
    private const int MaxPathBytes = 8192;
    private const int MaxAuxiliaryVectorBytes = 4096;

    private readonly ExecutableExaminer _examiner = new(services, settings.MaxExecutableBytes);

    /// <summary>Takes a pin.</summary>
    public async ValueTask<PinOutcome> TakeAsync(PeerCredentials peer, uint userId, CancellationToken cancellationToken)
    {
        if (Gather(peer, userId, out PinParts? parts, out FoundExecutable? found) is { } refusal)
        {
            return Refused(refusal);
        }

        using FoundExecutable executable = found!;
        ProcessPin? pin = null;
        try
        {
            FileHash hash = await services.Hasher
                .HashAsync(executable.Descriptor, FileKey.From(executable.Stat), executable.FileSystem.TracksMappedWrites, cancellationToken)
                .ConfigureAwait(false);
            if (hash.Sha256 is not { } sha256)
            {
                return Refused(hash.Refusal!);
            }

            pin = new ProcessPin(services, parts!, executable.Hashed(sha256, hash.Key, services.Identities));
            parts = null;
            if (await pin.LookAsync(cancellationToken).ConfigureAwait(false) is { } unlike)
            {
                return Refused(unlike);
            }

            if (executable.MustProveRandomisation && AddressLayout.IsTopOfAddressSpace(pin.StackEnd))
            {
                return Refused(NotRandomised());
            }

            // Without a pidfd the directory may have been another process's from the start. That the number still
            // belongs to the process we looked at at least shortens the time in which that can have happened.
            if (peer.ProcessHandle is null && !IsStillItsNumber(peer.ProcessId, executable.StartTime))
            {
                return Refused(Gone(peer.ProcessId));
            }

            ProcessPin taken = pin;
            pin = null;
            return new PinOutcome(taken, null);
        }
        finally
        {
            parts?.Dispose();
            pin?.Dispose();
        }
    }

    private static PinOutcome Refused(Refusal refusal) => new(null, refusal);

    /// <summary>Everything up to hashing; needs no waiting.</summary>
    private Refusal? Gather(PeerCredentials peer, uint userId, out PinParts? parts, out FoundExecutable? found)
    {
        parts = null;
        found = null;
        ProcessDirectory? directory = ProcessDirectory.Open(peer.ProcessId);
        if (directory is null)
        {
            return Gone(peer.ProcessId);
        }

        SafeFileHandle? status = null;
        SafeFileHandle? maps = null;
        SafeFileHandle? executable = null;
        try
        {
            ulong? unique = null;
            if (peer.ProcessHandle is { } pidFd)
            {
                if (PidFd.ReadProcessId(pidFd) is not { } named || named != peer.ProcessId)
                {
                    return Gone(peer.ProcessId);
                }

                unique = PidFd.ReadUniqueNumber(pidFd);
            }

            ulong? started = directory.ReadStartTime();
            status = directory.OpenFile("status");
            if (started is null || status.IsInvalid || !ProcessDirectory.TryReadStatus(status, out ProcessStatus statusText))
            {
                return Gone(peer.ProcessId);
            }

            if (ProcessRules.Check(statusText, userId) is { } unfit)
            {
                return unfit;
            }

            if (statusText.ThreadCount > 1)
            {
                switch (directory.FindTracerOfAnyThread())
                {
                    case null:
                        return Refusal.Unverifiable("The threads of the process cannot be looked at.");
                    case > 0 and uint tracer:
                        return ProcessRules.Traced(tracer);
                }
            }

            switch (directory.IsInOurUserNamespace())
            {
                case null:
                    return Unreadable("user namespace");
                case false:
                    return Refusal.Unverifiable(
                        "The process lives in a user namespace of its own (a container or sandbox), where it can claim to be anybody; run it outside.");
            }

            ulong? personality = directory.ReadPersonality();
            if (personality is { } flags && (flags & AddressLayout.ADDR_NO_RANDOMIZE) != 0)
            {
                return NotRandomised();
            }

            // From the first reading of the vector to the second, all is one image's, since an exec changes the vector.
            Span<byte> vector = stackalloc byte[MaxAuxiliaryVectorBytes];
            int length = directory.ReadAuxiliaryVector(vector);
            byte[] before = vector[..length].ToArray();
            maps = directory.OpenFile("maps");
            executable = directory.OpenExecutable();
            Span<byte> link = stackalloc byte[MaxPathBytes];
            int linkLength = directory.ReadExecutableLink(link);
            if (length == 0 || maps.IsInvalid || executable.IsInvalid || linkLength <= 0)
            {
                return Unreadable("memory or executable");
            }

            length = directory.ReadAuxiliaryVector(vector);
            if (!vector[..length].SequenceEqual(before))
            {
                return Refusal.Unverifiable("The process started another program while it was looked at; connect again.");
            }

            if (!AuxiliaryVector.IsWellFormed(before))
            {
                return Refusal.Unverifiable("The process's auxiliary vector cannot be understood.");
            }

            long instant = time.GetTimestamp();
            if (_examiner.Examine(executable, link[..linkLength], out Interop.Libc.statx_buffer stat, out string path, out FileSystemVerdict? fileSystem) is { } refusal)
            {
                return refusal;
            }

            found = new FoundExecutable(executable, stat, path, CodeScan.PrintedName(link[..linkLength]), fileSystem!)
            {
                StartTime = started.Value,
                MustProveRandomisation = personality is null || isRandomisationOff,
            };
            parts = new PinParts(directory, maps, status, before, userId, unique, instant);
            return null;
        }
        finally
        {
            if (parts is null)
            {
                directory.Dispose();
                status?.Dispose();
                maps?.Dispose();
                executable?.Dispose();
            }
        }
    }

    private static bool IsStillItsNumber(int processId, ulong startTime)
    {
        using ProcessDirectory? now = ProcessDirectory.Open(processId);
        return now?.ReadStartTime() == startTime;
    }

    private static Refusal Gone(int processId) => Refusal.Unverifiable(
        string.Create(CultureInfo.InvariantCulture, $"The kernel no longer knows the process that connected (number {processId}); it must stay until it is answered."));

    private static Refusal NotRandomised() => Refusal.Unverifiable(
        "The program's memory is not laid out at random (setarch -R, a debugger, or kernel.randomize_va_space), so its image cannot be told from another; start it without.");

    private static Refusal Unreadable(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        string why = error is Interop.Errno.EACCES or Interop.Errno.EPERM
            ? "the process is protected from being looked at (set-id, unreadable executable or PR_SET_DUMPABLE)"
            : "it is ending or gone";
        return Refusal.Unverifiable($"The kernel does not show the process's {what}: {why}.");
    }
}

using System.Runtime.CompilerServices;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Launches;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using KeychainAuth.Plugins.VerifyLinux.Processes;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>
/// One image of one process, held so that it can be recognised. The maps descriptor belongs to the memory of that image
/// and reads empty once nobody uses it; since a vfork child may keep it in use, the auxiliary vector, whose addresses
/// are random for each image, and the executable are compared too. Not guaranteed: that nobody wrote into the memory.
/// </summary>
internal sealed class ProcessPin : IDisposable
{
    private const int MaxMapsBytes = 8 << 20;
    private const int MaxAuxiliaryVectorBytes = 4096;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CodeServices _services;
    private readonly ProcessDirectory _directory;
    private readonly SafeFileHandle _maps;
    private readonly SafeFileHandle _status;
    private readonly byte[] _auxiliaryVector;
    private readonly PinnedCode _code;
    private PeerCredentials? _asker;
    private volatile bool _isAskedTwice;
    private bool _disposed;

    /// <summary>Takes over the descriptors; they all were opened, and the vector read, of one and the same image.</summary>
    public ProcessPin(CodeServices services, PinParts parts, ExecutableFile executable)
    {
        _services = services;
        _directory = parts.Directory;
        _maps = parts.Maps;
        _status = parts.Status;
        _auxiliaryVector = parts.AuxiliaryVector;
        UserId = parts.UserId;
        _code = new PinnedCode(services, parts.Directory.ProcessId);
        UniqueNumber = parts.UniqueNumber;
        Instant = parts.Instant;
        Executable = executable;
    }

    public int ProcessId => _directory.ProcessId;

    public uint UserId { get; }

    /// <summary>See <see cref="PidFd.ReadUniqueNumber"/>; null where the kernel has none.</summary>
    public ulong? UniqueNumber { get; }

    /// <summary>A monotonic instant at which this image was running. Whatever connected later was made by it.</summary>
    public long Instant { get; }

    public ExecutableFile Executable { get; }

    /// <summary>The findings of the last look.</summary>
    public CodeInventory Code => _code.Inventory;

    /// <summary>Set where this image is what a granted launcher became.</summary>
    public LaunchMark? Launch { get; private set; }

    /// <summary>
    /// Whether a connection of this process was certainly made by this image. Both instants are readings of the same
    /// monotonic clock: what did not exist when the image ran was made by it. Before a launched image there was only the
    /// launcher, which makes no other connection than the one it asked on.
    /// </summary>
    public bool Made(PeerCredentials connection) =>
        connection.ConnectedAfter >= (Launch?.Instant ?? Instant) || connection.AcceptOrder > Launch?.Order;

    /// <summary>Where the first thread's stack ends, as of the last look.</summary>
    public ulong StackEnd => _code.StackEnd;

    /// <summary>How many connections use it. Guarded by <see cref="PinRegistry"/>, as the next two.</summary>
    public int References { get; set; }

    /// <summary>Whether later connections of the process find it.</summary>
    public bool IsRegistered { get; set; }

    /// <summary>When it was last used, in the registry's count of uses.</summary>
    public long LastUse { get; set; }

    /// <summary>Looks whether the process still runs this image, untraced, and draws up its code anew.</summary>
    /// <returns>Null where it does, or why it is not vouched for any more.</returns>
    public async ValueTask<Refusal?> LookAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_disposed)
            {
                return Gone();
            }

            bool touched = false;
            if ((LookAtMemory() ?? LookAtProcess(out touched)) is { } refusal)
            {
                return refusal;
            }

            bool waited = touched;
            if (touched && await HashAgainAsync(cancellationToken).ConfigureAwait(false) is { } changed)
            {
                return changed;
            }

            waited |= await _code.CompleteAsync(cancellationToken).ConfigureAwait(false);

            // Hashing takes its time: what was seen before it no longer counts.
            return waited ? LookAtProcess(out _) : null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Marks the image as what a granted launcher became, if it is closed to its user's other programs. From then on
    /// every look demands that it stays so. Called under the launch's gate, before or after the pin is known to others.
    /// </summary>
    /// <returns>Null, or why it is not marked.</returns>
    public Refusal? Mark(LaunchMark mark)
    {
        if (!LaunchRules.IsSecureStart(_auxiliaryVector))
        {
            return Refusal.Unverifiable("The program was not started the way the kernel starts one with another group.");
        }

        _gate.Wait();
        try
        {
            if (_disposed || !ProcessDirectory.TryReadStatus(_status, out ProcessStatus status))
            {
                return Gone();
            }

            if (LaunchRules.Check(status, _directory, mark.Group) is { } refusal)
            {
                return refusal;
            }

            if (Launch is not null)
            {
                return Refusal.Unverifiable("The process was launched already, by another word than this.");
            }

            Launch = mark;
            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether the image is the launcher's, with the group it was installed with, and closed to others.</summary>
    public bool IsLauncher(in FileKey installed, uint group)
    {
        _gate.Wait();
        try
        {
            return !_disposed
                && Executable.Key.IsSameFileAs(installed)
                && LaunchRules.IsSecureStart(_auxiliaryVector)
                && LookAtProcess(out bool touched) is null
                && !touched
                && ProcessDirectory.TryReadStatus(_status, out ProcessStatus status)
                && LaunchRules.Check(status, _directory, group) is null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Notes on which connection the launcher asks. It makes one: a further one with its group was made by what the process
    /// ran before, and which of the two is which cannot be told.
    /// </summary>
    public void AskedOn(PeerCredentials connection)
    {
        PeerCredentials? first = Interlocked.CompareExchange(ref _asker, connection, null);
        if (first is not null && first != connection)
        {
            _isAskedTwice = true;
        }
    }

    /// <summary>Whether several connections claim to be the launcher's: then none of them is.</summary>
    public bool IsAskedTwice => _isAskedTwice;

    /// <summary>Whether the process exists, whatever it runs.</summary>
    public bool IsProcessAlive()
    {
        _gate.Wait();
        try
        {
            return !_disposed && ProcessDirectory.TryReadStatus(_status, out _);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Whether the process still runs this image from an untouched file, and nothing else: an exec changes the auxiliary
    /// vector, whose addresses are random. For the moment after a full look; where it answers no, only another one tells
    /// why.
    /// </summary>
    public async ValueTask<bool> IsSameImageAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return !_disposed && IsExecutable(out FileKey key) && key == Executable.Key && HasVector();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether the path still leads to the executable, which a new connection is judged by.</summary>
    public bool IsAtItsPath()
    {
        using SafeFileHandle descriptor = _services.OpenPath(Executable.Path, out _);
        return !descriptor.IsInvalid
            && FileKey.TryRead(descriptor, out FileKey key)
            && Executable.Key.IsSameFileAs(key);
    }

    /// <summary>The arguments of the process as it shows them now; null where it is gone.</summary>
    public string? ReadCommandLine()
    {
        try
        {
            // Not through the gate, which a look that hashes may hold for long.
            return _directory.ReadCommandLine();
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether nobody uses the pinned memory any more. Answers no while a look is going on: two readers of one maps
    /// descriptor would disturb each other.
    /// </summary>
    public bool IsDead()
    {
        if (!_gate.Wait(TimeSpan.Zero))
        {
            return false;
        }

        try
        {
            Span<byte> first = stackalloc byte[1];
            return _disposed || Interop.Libc.PRead(_maps, first, 0) <= 0;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _gate.Wait();
        try
        {
            if (!_disposed)
            {
                _disposed = true;
                _directory.Dispose();
                _maps.Dispose();
                _status.Dispose();
                _code.Dispose();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private static Refusal Gone() => Refusal.Unverifiable("The process is gone, or runs another program than when it was pinned; connect again.");

    private Refusal? LookAtMemory()
    {
        using ProcText maps = new();
        if (!maps.TryRead(_maps, MaxMapsBytes))
        {
            return maps.Error == 0
                ? Refusal.Unverifiable($"The kernel's list of the process's memory is longer than {MaxMapsBytes} bytes, too much to look at.")
                : Gone();
        }

        if (maps.Bytes.IsEmpty)
        {
            return Gone();
        }

        if (_code.Scan(maps.Bytes, Executable) is { } refusal)
        {
            return refusal;
        }

        if (!_code.HasExecutable)
        {
            if (!LearnMapping())
            {
                return NotMapped();
            }

            if (_code.Scan(maps.Bytes, Executable) is { } second)
            {
                return second;
            }

            if (!_code.HasExecutable)
            {
                return NotMapped();
            }
        }

        // Ties the maps descriptor to the vector: both name the random address at which the kernel put its own page.
        return AuxiliaryVector.TryFind(_auxiliaryVector, AuxiliaryVector.AT_SYSINFO_EHDR, out ulong vdso) && vdso != _code.VdsoStart
            ? Refusal.Unverifiable("The process's auxiliary vector does not belong to its memory; it was changed, or another process shares that memory.")
            : null;
    }

    private static Refusal NotMapped() => Refusal.Unverifiable(
        "The executable that the kernel names is not among the code the process has mapped: the process forged its name, or unpacks itself into memory.");

    private bool LearnMapping()
    {
        if (!Executable.FileSystem.ShowsOtherIdentities)
        {
            return false;
        }

        using SafeFileHandle executable = _directory.OpenExecutable();
        if (executable.IsInvalid
            || !FileKey.TryRead(executable, out FileKey key)
            || !Executable.Key.IsSameFileAs(key)
            || _services.Identities.Learn(executable, key) is not { } mapped)
        {
            return false;
        }

        Executable.Mapped = mapped;
        return true;
    }

    /// <summary>Status, executable and, last, the vector: equal to the pinned one it says that all was one image's.</summary>
    private Refusal? LookAtProcess(out bool touched)
    {
        touched = false;
        if (!ProcessDirectory.TryReadStatus(_status, out ProcessStatus status))
        {
            return Gone();
        }

        if ((ProcessRules.Check(status, UserId) ?? CheckLaunch(status)) is { } refusal)
        {
            return refusal;
        }

        if (!IsExecutable(out FileKey key))
        {
            return Gone();
        }

        touched = key != Executable.Key;
        return HasVector() ? null : Gone();
    }

    private bool IsExecutable(out FileKey key)
    {
        bool known = _directory.TryStatExecutable(out Interop.Libc.statx_buffer stat);
        key = FileKey.From(stat);
        return known && key.IsSameFileAs(Executable.Key);
    }

    [SkipLocalsInit]
    private bool HasVector()
    {
        Span<byte> vector = stackalloc byte[MaxAuxiliaryVectorBytes];
        int length = _directory.ReadAuxiliaryVector(vector);
        return vector[..length].SequenceEqual(_auxiliaryVector);
    }

    private Refusal? CheckLaunch(in ProcessStatus status) =>
        Launch is { } mark ? LaunchRules.Check(status, _directory, mark.Group) : null;

    /// <summary>The executable's file was touched (renamed, linked, deleted, or written where the kernel allows that).</summary>
    private async ValueTask<Refusal?> HashAgainAsync(CancellationToken cancellationToken)
    {
        using SafeFileHandle executable = _directory.OpenExecutable();
        if (executable.IsInvalid || !FileKey.TryRead(executable, out FileKey key))
        {
            return Gone();
        }

        FileHash hash = await _services.Hasher
            .HashAsync(executable, key, Executable.FileSystem.TracksMappedWrites, cancellationToken)
            .ConfigureAwait(false);
        if (hash.Refusal is not null)
        {
            return hash.Refusal;
        }

        if (!hash.Key.IsSameFileAs(Executable.Key) || hash.Sha256 != Executable.Sha256)
        {
            return Refusal.Unverifiable("The executable's file was changed since it was hashed; start the program again and connect again.");
        }

        Executable.Key = hash.Key;
        return null;
    }
}

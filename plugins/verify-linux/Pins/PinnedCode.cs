using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>
/// The code that one pinned process has mapped beside its executable. Files already known to be root's alone cost no
/// further call; those that are not are looked at again each time, because their owner can change them. Guarded by the
/// pin's gate.
/// </summary>
internal sealed class PinnedCode(CodeServices services, int processId) : IDisposable
{
    // A process decides how many files it maps; the largest honest programs stay far below.
    private const int MaxFiles = 1024;

    // A longer list is gone through each time: one is kept for each pin.
    private const int MaxKeptBytes = 16 * 1024;

    private readonly List<MappedFile> _files = [];
    private readonly List<PendingHash> _pending = [];
    private readonly List<string> _unvouched = [];
    private int _look;
    private bool _hasAnonymous;
    private byte[] _kept = [];
    private int _keptLength;
    private bool _dependsOnFiles;

    /// <summary>The findings; a new instance only when they differ.</summary>
    public CodeInventory Inventory { get; private set; } = CodeInventory.Empty;

    /// <summary>Where the vDSO is mapped; 0 where it is not. Of the last scan, as the next two.</summary>
    public ulong VdsoStart { get; private set; }

    /// <summary>Where the first thread's stack ends; 0 where none is marked as such.</summary>
    public ulong StackEnd { get; private set; }

    /// <summary>Whether the executable itself was found mapped executable.</summary>
    public bool HasExecutable { get; private set; }

    /// <summary>Goes through a maps file and opens what has not been looked at before.</summary>
    /// <returns>Null, or why the process cannot be vouched for.</returns>
    public Refusal? Scan(ReadOnlySpan<byte> maps, ExecutableFile executable)
    {
        // The findings follow from the text, unless a file had to be looked at: then the same text says the same.
        if (_keptLength > 0 && maps.SequenceEqual(_kept.AsSpan(0, _keptLength)))
        {
            return null;
        }

        _keptLength = 0;
        _dependsOnFiles = false;
        Refusal? refusal = ScanLines(maps, executable);
        if (refusal is null && HasExecutable && !_dependsOnFiles)
        {
            Keep(maps);
        }

        return refusal;
    }

    private Refusal? ScanLines(ReadOnlySpan<byte> maps, ExecutableFile executable)
    {
        ClearPending();
        _unvouched.Clear();
        _look++;
        _hasAnonymous = false;
        HasExecutable = false;
        VdsoStart = 0;
        StackEnd = 0;
        MapsReader reader = new(maps);
        while (reader.MoveNext())
        {
            ref MapsEntry entry = ref reader.Current;
            if (entry.Name.SequenceEqual("[vdso]"u8))
            {
                VdsoStart = entry.Start;
            }
            else if (entry.Name.SequenceEqual("[stack]"u8))
            {
                StackEnd = entry.End;
            }

            if (executable.IsMappedBy(entry))
            {
                HasExecutable |= entry.Executable;
                _hasAnonymous |= entry.Executable && entry.Writable;
                continue;
            }

            switch (CodeScan.Classify(entry))
            {
                case CodeScan.Kind.Anonymous:
                    NotVouchedFor(entry.Name);
                    break;
                case CodeScan.Kind.File when LookAt(entry) is { } refusal:
                    return refusal;
            }
        }

        return reader.IsMalformed
            ? Refusal.Unverifiable("The kernel's list of the process's memory cannot be understood.")
            : null;
    }

    /// <summary>Hashes what the scan found to be neither the executable nor root's, and draws up the findings.</summary>
    /// <returns>Whether it had to hash.</returns>
    public async ValueTask<bool> CompleteAsync(CancellationToken cancellationToken)
    {
        bool hashed = _pending.Count > 0;
        foreach (PendingHash pending in _pending)
        {
            FileHash hash = await services.Hasher
                .HashAsync(pending.Descriptor, FileKey.From(pending.Stat), pending.TracksMappedWrites, cancellationToken)
                .ConfigureAwait(false);
            if (hash.Sha256 is not { } sha256)
            {
                // It cannot be read, is too large or does not keep still: nothing vouches for what runs.
                pending.File.Hash = null;
                pending.File.Code = null;
                NotVouchedFor(pending.File.Name);
                continue;
            }

            pending.File.Hash = hash;
            pending.File.Code = new CodeFile(pending.Path, sha256, pending.Stat.stx_uid);
        }

        ClearPending();
        ForgetUnmapped();
        DrawUp();
        return hashed;
    }

    public void Dispose()
    {
        ClearPending();
        foreach (MappedFile file in _files)
        {
            services.Trusted.Release(file.Trusted);
        }

        _files.Clear();
    }

    private Refusal? LookAt(in MapsEntry entry)
    {
        if (Find(entry) is not { } known)
        {
            return LookAtNew(entry);
        }

        if (known.SeenInLook == _look)
        {
            return null;
        }

        known.SeenInLook = _look;
        if (known.Trusted is not null)
        {
            return null;
        }

        _dependsOnFiles = true;
        return LookAgain(known, entry);
    }

    private MappedFile? Find(in MapsEntry entry)
    {
        foreach (MappedFile file in _files)
        {
            if (file.Is(entry))
            {
                return file;
            }
        }

        return null;
    }

    private Refusal? LookAtNew(in MapsEntry entry)
    {
        if (_files.Count >= MaxFiles)
        {
            return Refusal.Unverifiable($"The process has code of more than {MaxFiles} files mapped, too many to look at.");
        }

        if (services.Trusted.TryAcquire(entry.Identity, entry.Name) is { } trusted)
        {
            Remember(entry.Identity, trusted.Name, trusted);
            return null;
        }

        _dependsOnFiles = true;
        if (FileOpener.Decode(entry.Name) is not { } path)
        {
            NotVouchedFor(entry.Name);
            return null;
        }

        SafeFileHandle? descriptor = services.OpenMapped(path, entry.Identity, out Interop.Libc.statx_buffer stat, out FileSystemVerdict? fileSystem);
        if (descriptor is null)
        {
            return WithoutFile(path, entry, fileSystem);
        }

        byte[] name = entry.Name.ToArray();
        if (FileOpener.IsRootsAlone(stat))
        {
            if (services.Trusted.Add(entry.Identity, name, descriptor, services.Mounts.IsAlwaysMounted(stat)) is { } added)
            {
                Remember(entry.Identity, name, added);
            }

            return null;
        }

        _pending.Add(new PendingHash(Remember(entry.Identity, name, trusted: null, path), path, descriptor, stat, fileSystem!.TracksMappedWrites));
        return null;
    }

    /// <summary>A file that its owner can change: is it still there, and does what was hashed still hold?</summary>
    private Refusal? LookAgain(MappedFile file, in MapsEntry entry)
    {
        string path = file.Path!;
        SafeFileHandle? descriptor = services.OpenMapped(path, entry.Identity, out Interop.Libc.statx_buffer stat, out FileSystemVerdict? fileSystem);
        if (descriptor is null)
        {
            file.Hash = null;
            file.Code = null;
            return WithoutFile(path, entry, fileSystem);
        }

        if (file.Hash is { IsKept: true } hash && hash.Key == FileKey.From(stat))
        {
            descriptor.Dispose();
            return null;
        }

        _pending.Add(new PendingHash(file, path, descriptor, stat, fileSystem!.TracksMappedWrites));
        return null;
    }

    /// <summary>A mapped file that cannot be found at its path, or must not be relied on where it is.</summary>
    private Refusal? WithoutFile(string path, in MapsEntry entry, FileSystemVerdict? fileSystem)
    {
        if (fileSystem?.Problem is { } problem)
        {
            return Refusal.FileSystem($"The mapped code file {path} {problem}.");
        }

        NotVouchedFor(entry.Name);
        return null;
    }

    private MappedFile Remember(MappingIdentity identity, byte[] name, TrustedFile? trusted, string? path = null)
    {
        MappedFile file = new() { Identity = identity, Name = name, Path = path, Trusted = trusted, SeenInLook = _look };
        _files.Add(file);
        return file;
    }

    private void NotVouchedFor(ReadOnlySpan<byte> name)
    {
        _hasAnonymous = true;
        if (_unvouched.Count < 8 && !Inventory.HasAnonymousCode)
        {
            _unvouched.Add(name.IsEmpty ? "memory without a name" : Encoding.UTF8.GetString(name));
        }
    }

    private void ForgetUnmapped()
    {
        for (int index = _files.Count - 1; index >= 0; index--)
        {
            if (_files[index].SeenInLook != _look)
            {
                services.Trusted.Release(_files[index].Trusted);
                _files.RemoveAt(index);
            }
        }
    }

    private void DrawUp()
    {
        if (_hasAnonymous == Inventory.HasAnonymousCode && HasSameFiles())
        {
            return;
        }

        CodeFile[] files = [.. _files.Where(file => file.Code is not null).Select(file => file.Code!)];
        Array.Sort(files, (left, right) => string.CompareOrdinal(left.Path, right.Path));
        if (_hasAnonymous && !Inventory.HasAnonymousCode && services.Log.IsEnabled(PluginLogLevel.Information))
        {
            services.Log.Write(
                PluginLogLevel.Information,
                $"Process {processId} runs code that no file vouches for: {string.Join(", ", _unvouched.Distinct())}.");
        }

        Inventory = new CodeInventory(files, _hasAnonymous);
    }

    private bool HasSameFiles()
    {
        int count = 0;
        foreach (MappedFile file in _files)
        {
            if (file.Code is { } code && (++count > Inventory.Files.Count || !Inventory.Files.Contains(code)))
            {
                return false;
            }
        }

        return count == Inventory.Files.Count;
    }

    private void Keep(ReadOnlySpan<byte> maps)
    {
        if (maps.Length > MaxKeptBytes)
        {
            return;
        }

        if (_kept.Length < maps.Length)
        {
            _kept = new byte[maps.Length];
        }

        maps.CopyTo(_kept);
        _keptLength = maps.Length;
    }

    private void ClearPending()
    {
        foreach (PendingHash pending in _pending)
        {
            pending.Dispose();
        }

        _pending.Clear();
    }
}

using System.IO.MemoryMappedFiles;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using KeychainAuth.Plugins.VerifyLinux.Processes;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// Which device and inode a maps file shows for a file where that is not what stat says: btrfs shows the device of the
/// whole file system, overlays on older kernels the layer's file. Learnt from a mapping of our own.
/// </summary>
internal sealed class MappingIdentities
{
    private const int MaxMapsBytes = 16 << 20;
    private const int Capacity = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<MappingIdentity, MappingIdentity> _learnt = [];

    /// <summary>Whether a mapping is one of this file.</summary>
    /// <param name="file">The file; O_PATH suffices.</param>
    /// <param name="stat">What statx said of it.</param>
    /// <param name="mapped">What a maps file shows.</param>
    /// <param name="fileSystem">Where it lies.</param>
    public bool IsMappingOf(SafeFileHandle file, in FileKey stat, MappingIdentity mapped, FileSystemVerdict fileSystem) =>
        stat.Identity == mapped
        || (fileSystem.ShowsOtherIdentities && (Remembered(stat.Identity) == mapped || Learn(file, stat) == mapped));

    /// <summary>What was learnt before; possibly out of date, so a mismatch is a reason to learn again.</summary>
    public MappingIdentity? Remembered(MappingIdentity stat)
    {
        lock (_lock)
        {
            return _learnt.TryGetValue(stat, out MappingIdentity mapped) ? mapped : null;
        }
    }

    /// <summary>Maps the file and looks what our own maps file shows for it.</summary>
    /// <returns>Null where it cannot be mapped or found.</returns>
    public MappingIdentity? Learn(SafeFileHandle file, in FileKey stat)
    {
        MappingIdentity? found;
        try
        {
            using SafeFileHandle readable = FileOpener.Reopen(file);
            if (readable.IsInvalid || stat.Size == 0)
            {
                return null;
            }

            using MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(
                readable, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            using MemoryMappedViewAccessor view = mapping.CreateViewAccessor(0, 1, MemoryMappedFileAccess.Read);
            found = FindOwn((ulong)view.SafeMemoryMappedViewHandle.DangerousGetHandle());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Not mappable (truncated meanwhile): then no mapping can be compared with it, and the caller refuses.
            return null;
        }

        if (found is { } identity)
        {
            lock (_lock)
            {
                if (_learnt.Count >= Capacity)
                {
                    _learnt.Clear();
                }

                _learnt[stat.Identity] = identity;
            }
        }

        return found;
    }

    private static MappingIdentity? FindOwn(ulong address)
    {
        using SafeFileHandle maps = Interop.Libc.Open("/proc/self/maps", Interop.Libc.O_RDONLY);
        using ProcText text = new();
        if (maps.IsInvalid || !text.TryRead(maps, MaxMapsBytes))
        {
            return null;
        }

        MapsReader reader = new(text.Bytes);
        while (reader.MoveNext())
        {
            if (reader.Current.Start <= address && address < reader.Current.End)
            {
                return reader.Current.Identity;
            }
        }

        return null;
    }
}

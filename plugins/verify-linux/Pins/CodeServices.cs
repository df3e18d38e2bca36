using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>What all pins share to look at files.</summary>
internal sealed class CodeServices : IDisposable
{
    public CodeServices(VerifierSettings settings, TimeProvider time, IPluginLog log, HashingLanes lanes)
    {
        Log = log;
        Hasher = new FileHasher(settings, time, lanes);
        Mounts = new MountTable(settings.AcceptHiddenOverlayLayers);
    }

    public IPluginLog Log { get; }

    public FileHasher Hasher { get; }

    public MountTable Mounts { get; }

    public TrustedFiles Trusted { get; } = new();

    public MappingIdentities Identities { get; } = new();

    /// <summary>
    /// Opens what lies at the path, if it is a regular file on a trusted file system and the very one that is mapped.
    /// (map_files would lead to the mapped file itself, but only privileged processes may follow it.)
    /// </summary>
    /// <returns>Null where it is not; then <paramref name="fileSystem"/> is set if that is what is wrong.</returns>
    public SafeFileHandle? OpenMapped(
        string path, MappingIdentity mapped, out Interop.Libc.statx_buffer stat, out FileSystemVerdict? fileSystem)
    {
        stat = default;
        SafeFileHandle descriptor = OpenPath(path, out fileSystem);
        if (!descriptor.IsInvalid
            && Interop.Libc.StatXAt(descriptor, "", out stat) == 0
            && stat.FileType == Interop.Libc.S_IFREG)
        {
            FileSystemVerdict? verdict = Mounts.Judge(descriptor, stat);
            if (verdict?.Problem is not null)
            {
                fileSystem = verdict;
            }
            else if (verdict is not null && Identities.IsMappingOf(descriptor, FileKey.From(stat), mapped, verdict))
            {
                fileSystem = verdict;
                return descriptor;
            }
        }

        descriptor.Dispose();
        return null;
    }

    /// <summary>
    /// Opens (O_PATH) what lies at a path, unless a file system that is not trusted would have to be asked: one in a
    /// user's process could keep the answer back, and with it the caller's thread, as often as its owner likes to
    /// connect. Not guaranteed where the cache knows no more than a trusted directory far above.
    /// </summary>
    /// <returns>An invalid handle where nothing is there or <paramref name="untrusted"/> is set.</returns>
    public SafeFileHandle OpenPath(string path, out FileSystemVerdict? untrusted)
    {
        untrusted = null;
        if (FileOpener.OpenCached(path) is { } cached)
        {
            return cached;
        }

        untrusted = FindUntrustedAbove(path);
        return untrusted is null ? FileOpener.OpenPath(path) : new SafeFileHandle();
    }

    public void Dispose()
    {
        Hasher.Dispose();
        Mounts.Dispose();
        Trusted.Dispose();
    }

    /// <summary>The verdict on the deepest directory of a path that the cache knows, where it is a bad one.</summary>
    private FileSystemVerdict? FindUntrustedAbove(string path)
    {
        for (string? above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
        {
            using SafeFileHandle? directory = FileOpener.OpenCached(above);
            if (directory is { IsInvalid: false } && Interop.Libc.StatXAt(directory, "", out Interop.Libc.statx_buffer stat) == 0)
            {
                return Mounts.Judge(directory, stat) is { Problem: not null } verdict ? verdict : null;
            }
        }

        return null;
    }
}

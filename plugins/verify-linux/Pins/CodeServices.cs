using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>What all pins share to look at files.</summary>
internal sealed class CodeServices : IDisposable
{
    public CodeServices(VerifierSettings settings, TimeProvider time, IPluginLog log)
    {
        Log = log;
        Hasher = new FileHasher(settings, time);
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
        fileSystem = null;
        SafeFileHandle descriptor = FileOpener.OpenPath(path);
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

    public void Dispose()
    {
        Hasher.Dispose();
        Mounts.Dispose();
        Trusted.Dispose();
    }
}

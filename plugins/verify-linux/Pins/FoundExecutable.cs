using KeychainAuth.Plugins.VerifyLinux.Files;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>An executable that was looked at but not hashed yet, with its descriptor.</summary>
internal sealed record FoundExecutable(
    SafeFileHandle Descriptor, Interop.Libc.statx_buffer Stat, string Path, byte[] PrintedName, FileSystemVerdict FileSystem) : IDisposable
{
    /// <summary>When the process started, in clock ticks since boot.</summary>
    public required ulong StartTime { get; init; }

    /// <summary>Whether the personality did not settle that addresses are random.</summary>
    public required bool MustProveRandomisation { get; init; }

    /// <summary>With its digest.</summary>
    public ExecutableFile Hashed(string sha256, FileKey key, MappingIdentities identities) => new(Path, PrintedName)
    {
        Sha256 = sha256,
        Key = key,
        Mapped = (FileSystem.ShowsOtherIdentities ? identities.Remembered(key.Identity) : null) ?? key.Identity,
        FileSystem = FileSystem,
        Owner = Stat.stx_uid,
        Permissions = Stat.Permissions,
    };

    public void Dispose() => Descriptor.Dispose();
}

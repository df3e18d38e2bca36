using KeychainAuth.Plugins.VerifyLinux.Parsing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// A file that only root can change, looked at once. The descriptor keeps the inode from being given to another file
/// for as long as this look counts.
/// </summary>
internal sealed class TrustedFile(MappingIdentity identity, byte[] name, SafeFileHandle descriptor, bool mayIdle)
{
    public MappingIdentity Identity { get; } = identity;

    public byte[] Name { get; } = name;

    public SafeFileHandle Descriptor { get; } = descriptor;

    /// <summary>Whether it may be kept while no pin relies on it.</summary>
    public bool MayIdle { get; } = mayIdle;

    /// <summary>How many pins rely on it; guarded by <see cref="TrustedFiles"/>.</summary>
    public int References { get; set; }

    /// <summary>Looks at it again: for files that nobody relied on for a while.</summary>
    public bool IsStillRootsAlone() =>
        Interop.Libc.StatXAt(Descriptor, "", out Interop.Libc.statx_buffer stat) == 0 && FileOpener.IsRootsAlone(stat);
}

using KeychainAuth.Plugins.VerifyLinux.Parsing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// A file that only root can change, looked at once. The descriptor keeps the inode from being given to another file
/// for as long as any pin relies on this look.
/// </summary>
internal sealed class TrustedFile(MappingIdentity identity, byte[] name, SafeFileHandle descriptor)
{
    public MappingIdentity Identity { get; } = identity;

    public byte[] Name { get; } = name;

    public SafeFileHandle Descriptor { get; } = descriptor;

    /// <summary>How many pins rely on it; guarded by <see cref="TrustedFiles"/>.</summary>
    public int References { get; set; }
}

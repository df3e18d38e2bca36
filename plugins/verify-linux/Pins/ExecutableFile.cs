using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Parsing;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>The executable that a pin was taken of. Guarded by the pin's gate where it can change.</summary>
internal sealed class ExecutableFile(string path, byte[] printedName)
{
    private readonly byte[] _deletedName = [.. printedName, .. " (deleted)"u8];

    public string Path { get; } = path;

    public required string Sha256 { get; init; }

    /// <summary>The file as it was when last hashed.</summary>
    public required FileKey Key { get; set; }

    /// <summary>What the maps file shows for it.</summary>
    public required MappingIdentity Mapped { get; set; }

    public required FileSystemVerdict FileSystem { get; init; }

    public required uint Owner { get; init; }

    public required int Permissions { get; init; }

    /// <summary>
    /// Whether a mapping is of this file, also after it was deleted: a connection that was verified before outlives an
    /// upgrade of its program, since the image that runs is still the one that was hashed.
    /// </summary>
    public bool IsMappedBy(in MapsEntry entry) =>
        entry.Identity == Mapped && (entry.Name.SequenceEqual(printedName) || entry.Name.SequenceEqual(_deletedName));
}

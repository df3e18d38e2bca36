using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Parsing;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>A code file that a pinned process has mapped, beside its executable, with what is known of it.</summary>
internal sealed class MappedFile
{
    public required MappingIdentity Identity { get; init; }

    /// <summary>What the maps file calls it.</summary>
    public required byte[] Name { get; init; }

    /// <summary>The path behind the name; null where the file is root's alone and is not looked at again.</summary>
    public string? Path { get; init; }

    /// <summary>Set where the file is root's alone.</summary>
    public TrustedFile? Trusted { get; init; }

    /// <summary>Set where it is not, once it has been hashed.</summary>
    public CodeFile? Code { get; set; }

    /// <summary>The digest behind <see cref="Code"/>.</summary>
    public FileHash? Hash { get; set; }

    /// <summary>The number of the look that last found it mapped.</summary>
    public int SeenInLook { get; set; }

    public bool Is(in MapsEntry entry) => entry.Identity == Identity && entry.Name.SequenceEqual(Name);
}

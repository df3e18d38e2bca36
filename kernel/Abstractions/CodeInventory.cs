namespace KeychainAuth.Plugin;

/// <summary>Code found in a process beside its executable that the platform itself does not vouch for.</summary>
/// <param name="Files">Mapped code files that are not protected by the operating system's own ownership rules.</param>
/// <param name="HasAnonymousCode">Whether executable memory exists that belongs to no file (a JIT compiler's, or an intruder's).</param>
public sealed record CodeInventory(IReadOnlyList<CodeFile> Files, bool HasAnonymousCode)
{
    /// <summary>Nothing beside the executable.</summary>
    public static CodeInventory Empty { get; } = new([], HasAnonymousCode: false);
}

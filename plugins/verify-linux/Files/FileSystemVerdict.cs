namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>Whether what a file system holds is what the kernel put there, and nobody else decides it at each read.</summary>
/// <param name="Name">The kind of file system, for the record.</param>
/// <param name="TracksMappedWrites">
/// Whether a write through a mapping to a page that has been written out moves the file's times.
/// </param>
/// <param name="Problem">Why it is not trusted, as the end of a sentence that begins with the file; null where it is.</param>
internal sealed record FileSystemVerdict(string Name, bool TracksMappedWrites, string? Problem)
{
    /// <summary>Whether a maps file may show another device or inode than stat does.</summary>
    public bool ShowsOtherIdentities => Name is "btrfs" or "overlay";
}

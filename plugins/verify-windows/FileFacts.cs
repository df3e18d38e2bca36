namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>What Windows says of one open file.</summary>
/// <param name="Path">Its own path, without links, as people write it; null where it has none.</param>
/// <param name="NativePath">The same with the name of its volume's device.</param>
/// <param name="IsRemote">Whether it lies on another machine.</param>
/// <param name="FileSystem">The name of its file system.</param>
/// <param name="Key">Which file it is, and in which state.</param>
internal sealed record FileFacts(string? Path, string? NativePath, bool IsRemote, string? FileSystem, FileKey Key);

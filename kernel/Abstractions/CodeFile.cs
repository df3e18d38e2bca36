namespace KeychainAuth.Plugin;

/// <summary>A file whose code a process has mapped.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits.</param>
/// <param name="OwnerUserId">The file's owner; null on Windows.</param>
public sealed record CodeFile(string Path, string Sha256, uint? OwnerUserId);

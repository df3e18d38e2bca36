using KeychainAuth.Plugins.VerifyMacOS.Code;

namespace KeychainAuth.Plugins.VerifyMacOS.Files;

/// <summary>The file of a running executable, hashed through one descriptor.</summary>
/// <param name="Path">Where it lies, as the kernel says.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="CdHashes">The code directories in it, see <see cref="CodeDirectories"/>; none where it is not signed.</param>
/// <param name="Key">Which file it is.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Permissions">Its mode without the type.</param>
/// <param name="FileSystem">The kind of file system.</param>
internal sealed record ExecutableFile(
    string Path, string Sha256, IReadOnlyList<string> CdHashes, FileKey Key, uint Owner, int Permissions, string FileSystem)
{
    /// <summary>Whether running code with these facts can only have come from a file with this content.</summary>
    internal bool IsFileOf(CodeFacts facts) => facts.CdHash is { } running ? CdHashes.Contains(running) : CdHashes.Count == 0;
}

namespace KeychainAuth.Plugins.VerifyMacOS.Files;

/// <summary>Whether the kernel itself keeps a file system's contents, so that what is hashed is what runs.</summary>
internal static class FileSystemCheck
{
    // A positive list: whatever else there is (macFUSE, SMB, NFS, WebDAV, FSKit modules) decides at every read.
    private static readonly string[] Kernels = ["apfs", "hfs"];

    /// <summary>Judges by the kind that statfs(2) names and whether it is local.</summary>
    internal static bool IsTrusted(string typeName, bool isLocal) => isLocal && Kernels.Contains(typeName);
}

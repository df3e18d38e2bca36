using System.Security.Cryptography;

namespace KeychainAuth.Core.Files;

/// <summary>SHA-256 of files, as the command line needs it when a person registers one.</summary>
internal static class FileHash
{
    /// <summary>Hashes a file through one open descriptor.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    internal static string Compute(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

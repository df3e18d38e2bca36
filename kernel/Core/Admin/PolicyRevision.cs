using System.Security.Cryptography;
using System.Text.Json;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Core.Admin;

/// <summary>Names one state of a policy, so that a change is only made to what its author has seen.</summary>
internal static class PolicyRevision
{
    internal static string Of(ConfigDocument config) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(config, DocumentJsonContext.Documents.ConfigDocument)));
}

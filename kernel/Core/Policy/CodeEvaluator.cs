using KeychainAuth.Core.Configuration;
using KeychainAuth.Plugin;

namespace KeychainAuth.Core.Policy;

/// <summary>Whether the code found in a process beside its executable is what was approved with it. Pure.</summary>
internal static class CodeEvaluator
{
    /// <returns>Null when all of it was approved, otherwise one sentence for the log and the person who approves.</returns>
    internal static string? FindUnapproved(BinaryEntry entry, CodeInventory code)
    {
        if (code.HasAnonymousCode && entry.Jit is not true)
        {
            return "The program has executable memory that belongs to no file, and its entry does not allow it (jit).";
        }

        foreach (CodeFile file in code.Files)
        {
            var identity = BinaryIdentity.FromDigest(file.Sha256, file.Path);
            if (entry.Files?.Exists(f => f.Path == identity.Path && f.Hash == identity.Hash) is not true)
            {
                return $"The program has loaded code that was not approved with it: {file.Path}.";
            }
        }

        return null;
    }
}

using System.Security.Cryptography;

namespace KeychainAuth.Core.Audit;

/// <summary>Where the chain of records stands: what the next one has to carry.</summary>
/// <param name="NextSequence">The number of the next record.</param>
/// <param name="Previous">The hash of the last line, or <see cref="Genesis"/>.</param>
internal readonly record struct AuditChain(long NextSequence, string Previous)
{
    internal const string Genesis = "0000000000000000000000000000000000000000000000000000000000000000";

    internal static AuditChain Start { get; } = new(1, Genesis);

    /// <summary>The hash of a line without its line feed.</summary>
    internal static string Hash(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));
}

using System.Buffers;

namespace KeychainAuth.Core.Configuration;

/// <summary>What a program is to the policy: the hash of its executable and the path it lies at, both.</summary>
/// <param name="Hash"><c>sha256:</c> and 64 lower-case hexadecimal digits.</param>
/// <param name="Path">Absolute path.</param>
/// <param name="Script">The script, where the program is an interpreter that was launched with it; then both are the identity.</param>
internal readonly record struct BinaryIdentity(string Hash, string Path, ScriptIdentity? Script = null)
{
    internal const string HashPrefix = "sha256:";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether a text is a hash in the form that config.json uses.</summary>
    internal static bool IsHash(string? text) =>
        text is { Length: 71 } && text.StartsWith(HashPrefix, StringComparison.Ordinal)
        && text.AsSpan(HashPrefix.Length).IndexOfAnyExcept(LowerHex) < 0;

    /// <summary>What a person calls it: the script where there is one.</summary>
    internal string DisplayPath => Script?.Path ?? Path;

    /// <summary>The hash that goes with <see cref="DisplayPath"/>.</summary>
    internal string DisplayHash => Script?.Hash ?? Hash;

    internal static BinaryIdentity FromDigest(string hexDigest, string path) => new(HashPrefix + hexDigest, path);
}

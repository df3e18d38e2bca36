using System.Buffers;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Cli.Programs;

/// <summary>A hash as a person types it: whole, or the beginning of it.</summary>
internal sealed class HashSelector
{
    private const int MinDigits = 12;
    private const int MaxDigits = 64;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private readonly string _prefix;

    private HashSelector(string digits)
    {
        IsWhole = digits.Length == MaxDigits;
        _prefix = BinaryIdentity.HashPrefix + digits.ToLowerInvariant();
    }

    /// <summary>Whether all digits are there.</summary>
    internal bool IsWhole { get; }

    /// <summary>Whether a text without a slash would be taken for a hash rather than for a file's name.</summary>
    internal static bool LooksLikeHash(string text) =>
        text.StartsWith(BinaryIdentity.HashPrefix, StringComparison.Ordinal)
        || (text.Length is >= MinDigits and <= MaxDigits && text.AsSpan().IndexOfAnyExcept(HexDigits) < 0);

    /// <exception cref="CliException">It is no hash.</exception>
    internal static HashSelector Parse(string text)
    {
        string digits = text.StartsWith(BinaryIdentity.HashPrefix, StringComparison.Ordinal) ? text[BinaryIdentity.HashPrefix.Length..] : text;
        return digits.Length is >= MinDigits and <= MaxDigits && digits.AsSpan().IndexOfAnyExcept(HexDigits) < 0
            ? new HashSelector(digits)
            : throw CliException.Usage($"'{text}' is no hash: give all {MaxDigits} hexadecimal digits, or at least the first {MinDigits}.");
    }

    internal bool Matches(string hash) => hash.StartsWith(_prefix, StringComparison.Ordinal);

    public override string ToString() => _prefix;
}

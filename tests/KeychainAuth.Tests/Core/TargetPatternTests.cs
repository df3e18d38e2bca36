using FsCheck.Xunit;
using KeychainAuth.Core.Policy;

namespace KeychainAuth.Tests.Core;

public sealed class TargetPatternTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("prod/*", "prod/", true)]
    [InlineData("prod/*", "prod", false)]
    [InlineData("*/key", "a/b/key", true)]
    [InlineData("a*b*c", "axxbyyc", true)]
    [InlineData("a*b*c", "axxbyy", false)]
    [InlineData("a*a", "a", false)]
    [InlineData("**", "x", true)]
    [InlineData("Prod", "prod", false)]
    [InlineData("a?c", "abc", false)]
    [InlineData("é", "e\u0301", false)]
    public void IsMatch_Pattern_MatchesOrdinally(string pattern, string target, bool expected) =>
        Assert.Equal(expected, TargetPattern.IsMatch(pattern, target));

    [Fact]
    public void IsMatch_HostilePattern_EndsSoon()
    {
        string pattern = string.Concat(Enumerable.Repeat("a*", 250)) + "b";
        Assert.False(TargetPattern.IsMatch(pattern, new string('a', 512)));
    }

    [Property]
    public bool IsMatch_TextWithoutStar_MatchesItselfOnly(string? text, string? other)
    {
        string pattern = (text ?? "").Replace("*", "", StringComparison.Ordinal);
        return TargetPattern.IsMatch(pattern, pattern) && TargetPattern.IsMatch(pattern, other ?? "") == (pattern == (other ?? ""));
    }

    [Property]
    public bool IsMatch_StarInPlaceOfAPart_StillMatches(string? before, string? part, string? after)
    {
        string Plain(string? s) => (s ?? "").Replace("*", "", StringComparison.Ordinal);
        return TargetPattern.IsMatch(Plain(before) + "*" + Plain(after), Plain(before) + Plain(part) + Plain(after));
    }
}

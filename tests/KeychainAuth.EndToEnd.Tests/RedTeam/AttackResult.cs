using System.Text.RegularExpressions;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>What an attacker got.</summary>
/// <param name="Successes">How often the secret is in what it printed.</param>
/// <param name="Refusals">The daemon's reasons, the commonest first: a refusal for a wrong reason proves nothing.</param>
public sealed partial record AttackResult(int Successes, string Refusals)
{
    /// <summary>Judges an attacker by what it printed.</summary>
    public static AttackResult Of(CommandResult result, string secret)
    {
        Assert.True(result.ExitCode == 0, $"The attacker failed, which proves nothing: {result}");
        return Of(result.Output, secret);
    }

    public static AttackResult Of(string output, string secret) => new(
        Regex.Count(output, Regex.Escape(secret)),
        string.Join(", ", ReasonPattern().Matches(output).GroupBy(m => m.Groups["reason"].Value is { Length: > 0 } reason ? reason : "closed").OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count()}")));

    public static AttackResult operator +(AttackResult left, AttackResult right) =>
        new(left.Successes + right.Successes, string.Join(", ", ((string[])[left.Refusals, right.Refusals]).Where(r => r.Length > 0)));

    [GeneratedRegex("(\"reason\":\"(?<reason>[a-z_]+)\")|(\"type\":\"(?<reason>RECONNECT)\")|(^heard (?<reason>)$)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ReasonPattern();
}

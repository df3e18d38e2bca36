using System.Buffers;

namespace KeychainAuth.Plugins.VerifyMacOS.Code;

/// <summary>
/// A signer as config.json names it: a team id, or a requirement in Apple's requirement language. Whatever it says, only
/// code whose certificate Apple issued can meet it: a self-made certificate may claim any team and any identifier.
/// </summary>
internal static class SignerText
{
    private const string IssuedByApple = "anchor apple generic";
    private const int TeamIdLength = 10;

    private static readonly SearchValues<char> TeamIdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    // What the requirement language takes between quotes without any thought of escapes.
    private static readonly SearchValues<char> IdentifierCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>
    /// The requirements that stand behind a signer: each has to be met. They are not joined into one text, whose brackets
    /// a requirement could undo.
    /// </summary>
    internal static IReadOnlyList<string> ToRequirements(string signer) =>
        IsTeamId(signer) ? [OfTeam(signer)] : [IssuedByApple, signer];

    /// <summary>What code has to meet before its team is believed; without a team, that it is part of the system.</summary>
    internal static string? ToBelieve(string? teamId) => teamId is null
        ? "anchor apple"
        : IsTeamId(teamId) ? OfTeam(teamId) : null;

    /// <summary>The signer that this code's updates will have: the same identifier of the same team, or of the system.</summary>
    /// <returns>Null where it has none that can be relied on.</returns>
    internal static string? Of(CodeFacts facts)
    {
        if (!facts.IsApples || facts.Identifier is not { Length: > 0 } identifier || identifier.AsSpan().ContainsAnyExcept(IdentifierCharacters))
        {
            return null;
        }

        return facts.TeamId is null
            ? $"identifier \"{identifier}\" and anchor apple"
            : $"identifier \"{identifier}\" and {OfTeam(facts.TeamId)}";
    }

    private static string OfTeam(string teamId) => $"{IssuedByApple} and certificate leaf[subject.OU] = \"{teamId}\"";

    private static bool IsTeamId(string text) => text.Length == TeamIdLength && !text.AsSpan().ContainsAnyExcept(TeamIdCharacters);
}

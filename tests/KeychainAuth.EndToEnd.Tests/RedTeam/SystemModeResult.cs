namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>What a row's attack came to where system mode is installed.</summary>
/// <param name="Result">Successes, and how the others were refused.</param>
/// <param name="Tries">How often it was tried, by all ways together.</param>
/// <param name="Served">How often honest use of a launched program was served.</param>
/// <param name="Of">How often it asked; 0 where there is no honest use.</param>
public sealed record SystemModeResult(AttackResult Result, int Tries, int Served, int Of)
{
    public static SystemModeResult operator +(SystemModeResult left, SystemModeResult right) =>
        new(left.Result + right.Result, left.Tries + right.Tries, left.Served + right.Served, left.Of + right.Of);

    public override string ToString() => $"{Result.Successes} of {Tries}";
}

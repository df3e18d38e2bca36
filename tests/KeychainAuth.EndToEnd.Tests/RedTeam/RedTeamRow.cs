using System.Globalization;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>One line of the table: an attack, how often it succeeded where, and what is promised about it.</summary>
/// <param name="Row">The row's number and, where it has several lines, a letter.</param>
/// <param name="Attack">What the attacker does.</param>
/// <param name="Tries">How often, in each place.</param>
/// <param name="Naive">Successes against the naive control; null where none makes sense.</param>
/// <param name="UserMode">Successes against the daemon as it ships, and how the others were refused.</param>
/// <param name="Honest">How often honest use of the same program was served, and of how many; null where there is none.</param>
/// <param name="Promise">What user mode promises.</param>
public sealed record RedTeamRow(
    string Row, string Attack, int Tries, AttackResult? Naive, AttackResult UserMode, (int Served, int Of)? Honest, Promise Promise)
{
    internal const string Header = "row  attack                                                                    tries  naive  user mode  system mode  honest       promise      refused with";

    /// <summary>The row without its letter.</summary>
    public int Number => NumberOf(Row);

    public static int NumberOf(string row) => int.Parse(row.AsSpan().TrimEnd("abcdefgh"), CultureInfo.InvariantCulture);

    /// <summary>As a line of the table.</summary>
    public override string ToString() => ToString(system: null);

    /// <summary>As a line of the table, with what the same attack came to in system mode; null where it was not tried.</summary>
    public string ToString(SystemModeResult? system) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Row,-4} {Attack,-73} {Tries,5} {Naive?.Successes.ToString(CultureInfo.InvariantCulture) ?? "-",6} {UserMode.Successes,10} {system?.ToString() ?? "-",12}  {(Honest is { } h ? $"{h.Served} of {h.Of}" : "-"),-12} {(Promise == Promise.Stops ? "stops" : "known limit"),-12} {UserMode.Refusals}").TrimEnd();
}

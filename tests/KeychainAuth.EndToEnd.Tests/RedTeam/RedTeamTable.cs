using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>What the run has measured; written to artifacts/red-team.txt when it is over.</summary>
public sealed class RedTeamTable
{
    private readonly Lock _gate = new();
    private readonly List<RedTeamRow> _rows = [];
    private readonly Dictionary<string, SystemModeResult> _system = [];
    private readonly List<string> _notes = [];

    public static string File { get; } = Path.Combine(RepositoryPaths.Root, "artifacts", "red-team.txt");

    public void Add(RedTeamRow row)
    {
        lock (_gate)
        {
            _rows.Add(row);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(RedTeamRow.Header);
        TestContext.Current.TestOutputHelper?.WriteLine(row.ToString());
    }

    /// <summary>What a row's attack came to in system mode. A row may have several parts, which add up.</summary>
    public void AddSystem(string row, SystemModeResult result)
    {
        lock (_gate)
        {
            _system[row] = _system.TryGetValue(row, out SystemModeResult? before) ? before + result : result;
        }
    }

    /// <summary>A measurement that is no row.</summary>
    public void Note(string line)
    {
        lock (_gate)
        {
            _notes.Add(line);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(line);
    }

    public void Write()
    {
        var text = new StringBuilder();
        lock (_gate)
        {
            if (_rows.Count + _notes.Count + _system.Count == 0)
            {
                return;
            }

            string attackers = Environment.IsPrivilegedProcess ? "an ordinary user without capabilities" : "the user of this run";
            text.AppendLine(CultureInfo.InvariantCulture, $"Linux {Environment.OSVersion.Version}, {RuntimeInformation.ProcessArchitecture}; daemon and attackers run as {attackers}.");
            text.AppendLine("naive: successes against a control that does what is commonly done; user mode: against the daemon as it ships;");
            text.AppendLine("system mode: the same by the user's own programs, on the approved program as it is and through the launcher.");
            text.AppendLine();
            text.AppendLine(RedTeamRow.Header);
            foreach (RedTeamRow row in _rows.OrderBy(r => r.Number).ThenBy(r => r.Row, StringComparer.Ordinal))
            {
                text.AppendLine(row.ToString(_system.GetValueOrDefault(row.Row)));
            }

            text.AppendLine();
            foreach ((string row, SystemModeResult system) in _system.OrderBy(s => RedTeamRow.NumberOf(s.Key)).ThenBy(s => s.Key, StringComparer.Ordinal))
            {
                text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"system mode, row {row}: {system}{(system.Of > 0 ? $", honest {system.Served} of {system.Of}" : "")}; {system.Result.Refusals}"));
            }

            text.AppendLine();
            _notes.Order(StringComparer.Ordinal).ToList().ForEach(note => text.AppendLine(note));
        }

        System.IO.File.WriteAllText(File, text.ToString());
    }
}

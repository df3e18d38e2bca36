namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Writes the table once all tests of the run are over, if any row was measured.</summary>
public sealed class RedTeamTableFile : IDisposable
{
    public static RedTeamTable Table { get; } = new();

    public void Dispose() => Table.Write();
}

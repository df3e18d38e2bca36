namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>
/// The rows run one after the other: attackers stop the daemon they attack, and would disturb each other's honest runs.
/// </summary>
[CollectionDefinition(Name)]
public sealed class RedTeamGroup : ICollectionFixture<RedTeamFixture>
{
    public const string Name = "Red team";
}

using KeychainAuth.EndToEnd.Tests.Faults;
using KeychainAuth.EndToEnd.Tests.RedTeam;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(KeychainAuth.EndToEnd.Tests.LongestFirst))]

namespace KeychainAuth.EndToEnd.Tests;

/// <summary>
/// Begins with what takes longest: two collections run at a time, and one that takes minutes would run on alone if it began
/// last. Nothing else depends on the order.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [RedTeamGroup.Name, nameof(KillTests)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => !Longest.Any(name => c.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)))];
}

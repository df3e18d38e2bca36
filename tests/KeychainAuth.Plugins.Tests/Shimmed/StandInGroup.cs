using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>Tests that share the stand-in's one state, and so run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class StandInGroup : ICollectionFixture<StandIn>
{
    internal const string Name = "shimmed: macOS on a stand-in";
}

using System.Runtime.Versioning;

namespace KeychainAuth.EndToEnd.Tests.Launching;

/// <summary>One place for all tests of the launcher, which take turns at its socket.</summary>
[SupportedOSPlatform("linux")]
[CollectionDefinition(Name)]
public sealed class LauncherGroup : ICollectionFixture<LauncherPlace>
{
    internal const string Name = "launcher";
}

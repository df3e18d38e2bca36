namespace KeychainAuth.EndToEnd.Tests.Emulated;

/// <summary>A prefix has one user, and a user one configuration: these tests run one after the other.</summary>
[CollectionDefinition("emulated")]
public sealed class EmulatedGroup;

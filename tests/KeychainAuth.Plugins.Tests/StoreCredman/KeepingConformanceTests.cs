namespace KeychainAuth.Plugins.Tests.StoreCredman;

public sealed class KeepingConformanceTests() : FakeCredentialsConformance(keepsAttributes: true);

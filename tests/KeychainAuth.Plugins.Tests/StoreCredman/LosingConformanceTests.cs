namespace KeychainAuth.Plugins.Tests.StoreCredman;

public sealed class LosingConformanceTests() : FakeCredentialsConformance(keepsAttributes: false);

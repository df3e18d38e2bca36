namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>What is measured side by side.</summary>
internal static class Columns
{
    internal const string Floor = "C floor";
    internal const string Ours = "keychain-auth";
    internal const string Other = "other";
}

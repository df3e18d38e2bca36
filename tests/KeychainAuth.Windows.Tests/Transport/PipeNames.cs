namespace KeychainAuth.Windows.Tests.Transport;

/// <summary>Pipes of a test's own.</summary>
internal static class PipeNames
{
    internal static string New() => $"keychain-auth-test-{Guid.NewGuid():N}";

    internal static string Address(string name) => @"\\.\pipe\" + name;
}

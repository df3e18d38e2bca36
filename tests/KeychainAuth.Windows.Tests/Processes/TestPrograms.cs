namespace KeychainAuth.Windows.Tests.Processes;

/// <summary>Small native programs that scripts/test-windows has compiled and, some of them, signed.</summary>
internal static class TestPrograms
{
    private const string Variable = "KEYCHAIN_AUTH_TEST_PROGRAMS";

    /// <summary>The path of a program; that it is missing fails the test.</summary>
    internal static string PathOf(string name)
    {
        string directory = Environment.GetEnvironmentVariable(Variable)
            ?? throw new InvalidOperationException($"{Variable} must name the directory of the compiled test programs: scripts/test-windows sets it.");
        return Path.Combine(directory, name);
    }
}

using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Launching;

/// <summary>What the launcher's tests share: how it ended, and whether anything ran.</summary>
[SupportedOSPlatform("linux")]
[Collection(LauncherGroup.Name)]
public abstract class LauncherTest(LauncherPlace place)
{
    protected const int CannotAsk = 125;
    protected const int Refused = 126;
    protected const int NotFound = 127;

    protected LauncherPlace Place { get; } = place;

    protected FakeDaemon Granting() => Place.StartDaemon(FakeDaemon.Says(FakeDaemon.Granted));

    protected static void AssertRan(CommandResult result)
    {
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.StartsWith("ran\n", result.Output, StringComparison.Ordinal);
    }

    /// <summary>It gave up, said why in one line, and nothing ran.</summary>
    protected static void AssertRefused(CommandResult result, int status, string sentence)
    {
        Assert.True(result.ExitCode == status, result.ToString());
        Assert.StartsWith("keychain-auth: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.Equal("", result.Output);
    }

    protected static void AssertNothingRan(CommandResult result)
    {
        Assert.True(result.ExitCode != 0, result.ToString());
        Assert.DoesNotContain("ran", result.Output, StringComparison.Ordinal);
    }
}

using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Users;

/// <summary>Users of the kernel's kind: bare numbers, without an entry anywhere.</summary>
[SupportedOSPlatform("linux")]
internal static class OtherUser
{
    internal const uint Owner = 64301;
    internal const uint Second = 64302;

    internal static void Require() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "Becoming another user needs root.");

    internal static Task<CommandResult> RunAsync(TestDaemon daemon, uint user, string program, params string[] arguments)
    {
        string id = user.ToString(CultureInfo.InvariantCulture);
        return Command.RunAsync("setpriv", ["--reuid", id, "--regid", id, "--clear-groups", "--", program, .. arguments], daemon.Environment);
    }

    /// <summary>The permission bits of a path, as <c>chmod</c> takes them.</summary>
    internal static async Task ChmodAsync(string mode, string path)
    {
        CommandResult result = await Command.RunAsync("chmod", [mode, path]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    internal static async Task ChownAsync(uint user, string path)
    {
        string id = user.ToString(CultureInfo.InvariantCulture);
        CommandResult result = await Command.RunAsync("chown", ["--no-dereference", $"{id}:{id}", path]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}

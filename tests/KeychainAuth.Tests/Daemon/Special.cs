using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon;

/// <summary>Files that are no ordinary files, and files of other users.</summary>
internal static class Special
{
    internal static bool IsRoot => Environment.IsPrivilegedProcess;

    internal static Task MakeFifoAsync(string path) => RunAsync("mkfifo", path);

    internal static Task GiveToAsync(uint user, string path) => RunAsync("chown", user.ToString(System.Globalization.CultureInfo.InvariantCulture), path);

    internal static Task ChangeModeAsync(string mode, string path) => RunAsync("chmod", mode, path);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        CommandResult result = await Command.RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}

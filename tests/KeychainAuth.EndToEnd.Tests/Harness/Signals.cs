using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Harness;

/// <summary>Signals to processes of a test.</summary>
[SupportedOSPlatform("linux")]
internal static class Signals
{
    /// <param name="signal">Its name without SIG.</param>
    internal static async Task SendAsync(int processId, string signal)
    {
        CommandResult result = await Command.RunAsync("kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    /// <summary>Stops a process, and waits until none of its threads runs: SIGSTOP only begins that.</summary>
    internal static async Task FreezeAsync(int processId)
    {
        await SendAsync(processId, "STOP");
        foreach (string thread in Directory.GetDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/task")))
        {
            while (!await IsStoppedAsync(Path.Combine(thread, "status")))
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<bool> IsStoppedAsync(string status)
    {
        try
        {
            return (await File.ReadAllTextAsync(status, TestContext.Current.CancellationToken)).Contains("State:\tT", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            return true; // A thread that has ended meanwhile.
        }
    }
}

using System.Globalization;
using System.Runtime.Versioning;

namespace KeychainAuth.Tests.Support;

/// <summary>Signals to processes of a test.</summary>
[SupportedOSPlatform("linux")]
public static class Signals
{
    /// <param name="signal">Its name without SIG.</param>
    /// <exception cref="InvalidOperationException">It was not sent.</exception>
    public static async Task SendAsync(int processId, string signal)
    {
        CommandResult result = await Command.RunAsync("kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)]);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException(result.ToString());
        }
    }

    /// <summary>Stops a process, and waits until none of its threads runs: SIGSTOP only begins that.</summary>
    public static async Task FreezeAsync(int processId)
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
            return (await File.ReadAllTextAsync(status)).Contains("State:\tT", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            return true; // A thread that has ended meanwhile.
        }
    }
}

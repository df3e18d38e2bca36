using System.Diagnostics;
using System.Runtime.Versioning;

namespace KeychainAuth.Cli;

/// <summary>Starts the daemon's program on Windows, where a process cannot be replaced.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsProcess
{
    /// <summary>Runs a program in this console, as if it had taken this one's place, and ends with its exit code.</summary>
    /// <returns>Only when it could not be started: the reason.</returns>
    internal static string RunInPlace(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        // Ctrl+C reaches both; what it means is the other's business.
        Console.CancelKeyPress += (_, e) => e.Cancel = true;
        try
        {
            using Process program = Process.Start(Describe(path, arguments, environment, isHidden: false))!;
            program.WaitForExit();
            Environment.Exit(program.ExitCode);
            return "";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }

    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments without its own name.</param>
    /// <param name="environment">Its whole environment as NAME=value.</param>
    /// <param name="isHidden">Without a console, its streams ours.</param>
    internal static ProcessStartInfo Describe(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, bool isHidden)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = isHidden,
            RedirectStandardInput = isHidden,
            RedirectStandardOutput = isHidden,
            RedirectStandardError = isHidden,
        };
        start.Environment.Clear();
        foreach (string variable in environment)
        {
            // Windows keeps the current directory of each drive in variables whose names begin with '='.
            int separator = variable.IndexOf('=', 1);
            start.Environment[variable[..separator]] = variable[(separator + 1)..];
        }

        return start;
    }
}

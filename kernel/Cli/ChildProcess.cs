using System.Diagnostics;

namespace KeychainAuth.Cli;

/// <summary>The daemon's program as a child, for questions that end.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    internal static (int ExitCode, string Output) Run(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        using Process process = Start(path, arguments, environment);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        return (WaitForExit(process), output.GetAwaiter().GetResult());
    }

    /// <summary>Starts it; its standard output is read by the caller, what it complains about goes where ours goes.</summary>
    /// <exception cref="CliException">It cannot be started.</exception>
    internal static Process Start(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Clear();
        foreach (string variable in environment)
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            start.Environment[variable[..equals]] = variable[(equals + 1)..];
        }

        try
        {
            return Process.Start(start) ?? throw new CliException($"{path} could not be started.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CliException($"{path} could not be started: {e.Message}");
        }
    }

    /// <exception cref="CliException">It did not end in time, and was ended.</exception>
    internal static int WaitForExit(Process process)
    {
        if (process.WaitForExit(Patience))
        {
            return process.ExitCode;
        }

        process.Kill();
        throw new CliException($"The daemon's program did not answer within {Patience.TotalMinutes:0} minutes and was ended.");
    }
}

using System.Diagnostics;
using System.Text;

namespace KeychainAuth.Tests.Support;

/// <summary>Runs programs to their end, with a deadline and an environment of their own.</summary>
public static class Command
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(120);

    public static async Task<CommandResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        byte[]? input = null,
        string? workingDirectory = null)
    {
        using Process process = Start(program, arguments, environment, workingDirectory);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(input ?? []);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The program ended, or closed its input, without reading it.
            }

            await process.WaitForExitAsync().WaitAsync(Timeout);
            return new CommandResult(process.ExitCode, await output.WaitAsync(Timeout), await error.WaitAsync(Timeout));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Starts a program with redirected streams.</summary>
    /// <param name="environment">The whole environment of the program; null means that of the tests.</param>
    public static Process Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = workingDirectory ?? "",
        };
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach ((string name, string value) in environment)
            {
                start.Environment[name] = value;
            }
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }
}

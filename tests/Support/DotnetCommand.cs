using System.Diagnostics;
using System.Text;

namespace KeychainAuth.Tests.Support;

/// <summary>
/// Runs the .NET command line as a person would: without the variables that a surrounding <c>dotnet test</c> or MSBuild
/// leaves in the environment, and without build servers that would outlive the test.
/// </summary>
public static class DotnetCommand
{
    // Compiling ahead of time takes minutes on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs <c>dotnet</c> and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed or did not end in time; the message holds its output.</exception>
    public static Task<string> RunAsync(string workingDirectory, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync("dotnet", workingDirectory, arguments, cancellationToken);

    /// <summary>Runs a program in the same environment.</summary>
    /// <exception cref="InvalidOperationException">It failed or did not end in time; the message holds its output.</exception>
    public static async Task<string> RunAsync(string program, string workingDirectory, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(IsForeign).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";

        StringBuilder output = new();
        using Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not end within {Patience}:\n{output}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        string text;
        lock (output)
        {
            text = output.ToString();
        }

        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{text}");
    }

    // NUGET_PACKAGES would win over the workspace's own folder; MSBuild's variables point it at the wrong files; CI
    // would demand lock files that a third party does not have.
    private static bool IsForeign(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("TESTINGPLATFORM_", StringComparison.Ordinal)
        || name is "NUGET_PACKAGES" or "CI" or "DOTNET_STARTUP_HOOKS" or "DOTNET_HOST_PATH";

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }
}

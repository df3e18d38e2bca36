using System.ComponentModel;
using System.Diagnostics;

namespace KeychainAuth.Cli.Services;

/// <summary>Runs the system's own programs, found where the system keeps them and not by PATH.</summary>
internal static class SystemTools
{
    private static readonly string[] Directories = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

    /// <summary>Whether systemd is what runs this machine, rather than merely being there: sd_booted(3).</summary>
    internal static bool IsSystemdRunning => Directory.Exists("/run/systemd/system");

    /// <summary>The program's path; null where there is none.</summary>
    internal static string? Find(string name) => Array.Find([.. Directories.Select(d => Path.Combine(d, name))], File.Exists);

    /// <exception cref="CliException">It is not there, or failed.</exception>
    internal static void Run(string name, params string[] arguments)
    {
        if (TryRun(name, arguments) is { } fault)
        {
            throw new CliException($"'{name} {string.Join(' ', arguments)}' failed: {fault}");
        }
    }

    /// <returns>Null when it succeeded, otherwise what it said.</returns>
    internal static string? TryRun(string name, params string[] arguments)
    {
        if (Find(name) is not { } path)
        {
            return "there is no such program on this machine";
        }

        try
        {
            using Process process = Process.Start(new ProcessStartInfo(path, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            string said = (error.Length > 0 ? error : output.Result).Trim();
            return process.ExitCode == 0 ? null : said.Length > 0 ? said : $"exit code {process.ExitCode}";
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }
}

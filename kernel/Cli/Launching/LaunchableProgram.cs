using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Launching;

/// <summary>A program as the launcher is told of it.</summary>
/// <param name="Path">Absolute; links are not followed here, because the launcher opens the file itself, once.</param>
/// <param name="IsScript">Whether it is launched together with an interpreter.</param>
internal sealed record LaunchableProgram(string Path, bool IsScript)
{
    /// <summary>What the launcher is started with, before the program's own arguments.</summary>
    internal IReadOnlyList<string> Arguments => IsScript ? ["--script", Path] : [Path];

    /// <summary>Finds a program as a shell would, passing over our own shims.</summary>
    /// <param name="name">A path, or a name to look for.</param>
    /// <param name="searchPath">The value of PATH.</param>
    /// <exception cref="CliException">There is none, or it cannot be launched.</exception>
    internal static LaunchableProgram Find(string name, string? searchPath)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
        {
            throw CliException.Usage("The program must not be empty.");
        }

        string path = name.Contains('/', StringComparison.Ordinal)
            ? System.IO.Path.GetFullPath(name)
            : Candidates(name, searchPath).FirstOrDefault(candidate => File.Exists(candidate) && IsExecutable(candidate) && !Shim.IsOne(candidate))
                ?? throw new CliException($"{Printable.Escape(name)} is not on PATH.", ExitCode.ProgramNotFound);
        if (!File.Exists(path))
        {
            throw new CliException($"{Printable.Escape(path)} does not exist, or is a directory.", ExitCode.ProgramNotFound);
        }

        try
        {
            FirstLine? line = FirstLine.Read(path);
            return line?.Fault is { } fault
                ? throw new CliException($"{Printable.Escape(path)} is a script that cannot be launched: {fault}.", ExitCode.NotLaunchable)
                : new LaunchableProgram(path, IsScript: line is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{Printable.Escape(path)} cannot be read, which launching needs: {e.Message}", ExitCode.NotLaunchable);
        }
    }

    private static IEnumerable<string> Candidates(string name, string? searchPath) =>
        (searchPath ?? "").Split(':').Where(System.IO.Path.IsPathRooted).Select(directory => System.IO.Path.Combine(directory, name));

    private static bool IsExecutable(string path) =>
        OperatingSystem.IsWindows()
        || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}

using System.Runtime.Versioning;
using KeychainAuth.Core;
using KeychainAuth.Core.Launch;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Programs;

/// <summary>The daemon beside this program.</summary>
internal static class DaemonProgram
{
    /// <summary>Replaces this process by the daemon.</summary>
    /// <returns>Never, where it succeeds.</returns>
    /// <exception cref="CliException">The daemon is not there or cannot be run.</exception>
    internal static int Become(CliContext context, IReadOnlyList<string> arguments)
    {
        (string path, DaemonEnvironment environment) = Prepare(context);
        throw new CliException($"{path} could not be started: {context.Replace(path, arguments, environment.Variables)}.");
    }

    /// <summary>Starts the daemon beside this process, and returns when it serves.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CliException">The daemon is not there or cannot be run.</exception>
    [SupportedOSPlatform("windows")]
    internal static int StartInBackground(CliContext context, IReadOnlyList<string> arguments)
    {
        (string path, DaemonEnvironment environment) = Prepare(context);
        try
        {
            return BackgroundDaemon.Start(context, path, arguments, environment.Variables);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CliException($"{path} could not be started: {e.Message}.");
        }
    }

    private static (string Path, DaemonEnvironment Environment) Prepare(CliContext context)
    {
        string path = PathIn(context.ProgramDirectory);
        if (!File.Exists(path))
        {
            throw new CliException($"The daemon {ProductInfo.DaemonName} is missing: it belongs beside this program, in {context.ProgramDirectory}.");
        }

        DaemonEnvironment environment = DaemonEnvironment.From(context.Environment);
        if (environment.DroppedCodeLoaders.Count > 0)
        {
            context.Error.WriteLine($"{ProductInfo.CommandName}: not passed on to the daemon, because it loads code: {Printable.Join(environment.DroppedCodeLoaders)}.");
        }

        context.Out.Flush();
        return (path, environment);
    }

    internal static string PathIn(string directory) =>
        Path.Combine(directory, OperatingSystem.IsWindows() ? ProductInfo.DaemonName + ".exe" : ProductInfo.DaemonName);
}

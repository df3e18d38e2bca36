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
        string path = Find(context);
        DaemonEnvironment environment = DaemonEnvironment.From(context.Environment);
        if (environment.DroppedCodeLoaders.Count > 0)
        {
            context.Error.WriteLine($"{ProductInfo.CommandName}: not passed on to the daemon, because it loads code: {Printable.Join(environment.DroppedCodeLoaders)}.");
        }

        context.Out.Flush();
        return (path, environment);
    }

    /// <summary>Who signed a program, which only the daemon's plugins can tell.</summary>
    /// <param name="context">Where the daemon is.</param>
    /// <param name="program">The program's path.</param>
    /// <param name="isAsked">Whether a person wants to know; otherwise only macOS, where most programs are signed, is asked.</param>
    /// <returns>Null where nobody did whom this system vouches for.</returns>
    /// <exception cref="CliException">The daemon's program is not there, or failed.</exception>
    internal static string? FindSigner(CliContext context, string program, bool isAsked)
    {
        if (!isAsked && !OperatingSystem.IsMacOS() && context.Run is null)
        {
            return null;
        }

        (int exitCode, string output) = Start(context)(Find(context), ["--find-signer", program], DaemonEnvironment.From(context.Environment).Variables);
        return exitCode == 0
            ? output.Trim() is { Length: > 0 } signer ? signer : null
            : throw new CliException($"The signer of {program} could not be determined; see above.");
    }

    /// <summary>What runs the daemon's program as a child.</summary>
    internal static RunProcess Start(CliContext context) => context.Run ?? ChildProcess.Run;

    /// <exception cref="CliException">The daemon is not there.</exception>
    internal static string Find(CliContext context)
    {
        string path = PathIn(context.ProgramDirectory);
        return File.Exists(path)
            ? path
            : throw new CliException($"The daemon {ProductInfo.DaemonName} is missing: it belongs beside this program, in {context.ProgramDirectory}.");
    }

    internal static string PathIn(string directory) =>
        Path.Combine(directory, OperatingSystem.IsWindows() ? ProductInfo.DaemonName + ".exe" : ProductInfo.DaemonName);
}

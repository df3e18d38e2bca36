using System.Collections;
using KeychainAuth.Core;

namespace KeychainAuth.Cli.Launching;

/// <summary>The set-group-id program beside this one. Installing system mode gives it its group.</summary>
internal static class Launcher
{
    /// <summary>The daemon's verifier looks for it by the same name, beside the daemon.</summary>
    internal const string FileName = "keychain-auth-launch";

    /// <summary>Replaces this process by the launcher, which becomes the program.</summary>
    /// <returns>Never, where it succeeds.</returns>
    /// <exception cref="CliException">It is not installed or cannot be run.</exception>
    internal static int Become(CliContext context, LaunchableProgram program, IEnumerable<string> arguments)
    {
        RequireInstalled(context);
        string[] environment = [.. context.Environment.Cast<DictionaryEntry>().Select(v => $"{v.Key}={v.Value}")];
        context.Out.Flush();
        string why = context.Replace(context.Launcher, [.. program.Arguments, .. arguments], environment);
        throw new CliException($"{context.Launcher} could not be started: {why}.", ExitCode.CannotLaunch);
    }

    /// <exception cref="CliException">It is not installed.</exception>
    internal static void RequireInstalled(CliContext context)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(context.Launcher) || (File.GetUnixFileMode(context.Launcher) & UnixFileMode.SetGroup) == 0)
        {
            throw new CliException(
                $"{context.Launcher} is not installed: programs are launched in system mode only. Install it as root with: {ProductInfo.CommandName} service install --system",
                ExitCode.CannotLaunch);
        }
    }
}

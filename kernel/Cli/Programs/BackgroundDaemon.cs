using System.Diagnostics;
using System.Runtime.Versioning;
using static Interop.Kernel32;

namespace KeychainAuth.Cli.Programs;

/// <summary>
/// Starts the daemon beside the person's console rather than in it: Windows has no way to replace a process, and a
/// daemon in a console ends with its window. It runs as this user, in this logon session, until it is told to stop or
/// the user logs off.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class BackgroundDaemon
{
    /// <summary>What the daemon writes when it serves; until then it may still fail.</summary>
    private const string ServingMark = " listens on ";

    /// <summary>Starts it, and returns when it serves or has failed.</summary>
    /// <returns>The exit code: the daemon's own where it failed.</returns>
    internal static int Start(CliContext context, string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        KeepStreams();
        using Process daemon = Process.Start(WindowsProcess.Describe(path, arguments, environment, isHidden: true))!;
        daemon.StandardInput.Close();
        Task<string> errors = daemon.StandardError.ReadToEndAsync();
        while (daemon.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains(ServingMark, StringComparison.Ordinal))
            {
                context.Out.WriteLine($"keychain-authd runs in the background (process {daemon.Id}): stop it with 'keychain-auth stop'");
                return ExitCode.Success;
            }
        }

        daemon.WaitForExit();
        context.Error.Write(errors.GetAwaiter().GetResult());
        return daemon.ExitCode;
    }

    // A child inherits every handle that can be inherited, also our own streams: whoever reads this program's output to
    // its end would wait for the daemon's.
    private static void KeepStreams()
    {
        foreach (uint stream in (ReadOnlySpan<uint>)[STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE])
        {
            // Fails for a stream that is not there, and for a console's, which is shared anyway.
            _ = SetHandleInformation(GetStdHandle(stream), HANDLE_FLAG_INHERIT, 0);
        }
    }
}

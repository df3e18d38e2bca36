using System.Runtime.InteropServices;

namespace KeychainAuth.Cli;

/// <summary>
/// execve(2) rather than a child: the daemon keeps the process id that a service manager watches and that LISTEN_PID
/// names, and no parent stays behind that could be attacked in its stead. Windows has nothing like it: there a parent waits.
/// </summary>
internal static class ProcessReplacement
{
    internal static string Run(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        if (OperatingSystem.IsWindows())
        {
            return WindowsProcess.RunInPlace(path, arguments, environment);
        }

        Interop.Libc.ExecVE(path, [path, .. arguments], environment);
        return Interop.Describe(Marshal.GetLastPInvokeError());
    }
}

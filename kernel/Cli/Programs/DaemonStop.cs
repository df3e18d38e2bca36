using System.Diagnostics;
using System.Runtime.InteropServices;
using KeychainAuth.Core.Instance;
using KeychainAuth.Core.Launch;

namespace KeychainAuth.Cli.Programs;

/// <summary>Asks a daemon to end in order, and waits until it has.</summary>
internal static class DaemonStop
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <exception cref="CliException">It cannot be asked, or does not end.</exception>
    internal static void Run(CliContext context, string socket, DaemonInstance daemon)
    {
        if (Ask(daemon.ProcessId) is { } fault)
        {
            throw new CliException($"Process {daemon.ProcessId} cannot be asked to end: {fault}.");
        }

        long start = Stopwatch.GetTimestamp();
        while (IsThere(context, socket, daemon))
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new CliException($"Process {daemon.ProcessId} was asked to end, and still runs after {Patience.TotalSeconds:0} seconds.");
            }

            // What is waited for is that the kernel drops a lock, which nothing announces.
            Thread.Sleep(PollInterval);
        }
    }

    // Another one may have taken its place already; a note is taken away a moment before the claim is given up.
    private static bool IsThere(CliContext context, string socket, DaemonInstance daemon) => InstanceFile.Find(context.Paths, socket) is { } found
        ? found.ProcessId == daemon.ProcessId
        : !InstanceFile.IsFree(context.Paths, socket);

    private static string? Ask(int processId)
    {
        if (OperatingSystem.IsWindows())
        {
            return StopEvent.TrySet(processId) ? null : "it has no stop event in this logon session";
        }

        return Interop.Libc.Kill(processId, Interop.Libc.SIGTERM) == 0 ? null : Interop.Describe(Marshal.GetLastPInvokeError());
    }
}

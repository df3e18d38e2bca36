using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinNT;

namespace KeychainAuth.Plugins.TransportPipe;

/// <summary>
/// Asks Windows who opened the other end. The process is opened first and the number confirmed afterwards, so that the
/// handle is of a process that had the number while the pipe knew it; one that was created after the client connected
/// got a number that was used before. What holds the client's handle now, if it was given away, Windows does not say.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class PeerReader(IPluginLog log)
{
    private const uint IdleProcess = 0;
    private const uint SystemProcess = 4;

    /// <summary>Captures the peer of a connection from which nothing has been read yet.</summary>
    /// <param name="pipe">The server's end.</param>
    /// <param name="connected">When the connection was noticed.</param>
    /// <param name="refusal">Why there is no answer: one sentence for the log.</param>
    /// <returns>The peer, owned by the caller; null when Windows cannot name it.</returns>
    internal PeerCredentials? Read(SafePipeHandle pipe, DateTimeOffset connected, out string? refusal)
    {
        if (!GetNamedPipeClientProcessId(pipe, out uint id))
        {
            refusal = $"Windows does not name the peer of a connection: {DescribeLastError()}. It was dropped.";
            return null;
        }

        if (id is IdleProcess or SystemProcess)
        {
            refusal = $"A connection comes from process {id}, which is no program but the kernel, for example on behalf of another machine. It was dropped.";
            return null;
        }

        SafeProcessHandle process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, bInheritHandle: false, id);
        bool keep = false;
        try
        {
            if (process.IsInvalid)
            {
                refusal = $"Process {id} has connected and cannot be looked at: {DescribeLastError()}. Its connection was dropped.";
                return null;
            }

            refusal = FindFault(pipe, process, id, connected);
            if (refusal is not null)
            {
                return null;
            }

            if (ProcessToken.Of(process) is not { } token)
            {
                refusal = $"Windows does not say as which user process {id} runs: {DescribeLastError()}. Its connection was dropped.";
                return null;
            }

            if (log.IsEnabled(PluginLogLevel.Debug))
            {
                log.Write(PluginLogLevel.Debug, $"Process {id} of user {token.User}, session {token.Session}, has connected.");
            }

            keep = true;
            return new PeerCredentials { ProcessId = (int)id, Sid = token.User.ToString(), ProcessHandle = process };
        }
        finally
        {
            if (!keep)
            {
                process.Dispose();
            }
        }
    }

    private static string? FindFault(SafePipeHandle pipe, SafeProcessHandle process, uint id, DateTimeOffset connected)
    {
        if (!GetNamedPipeClientProcessId(pipe, out uint again) || again != id || GetProcessId(process) != id)
        {
            return $"Process {id} has connected and was another one when it was looked at. Its connection was dropped.";
        }

        if (WaitForSingleObject(process, 0) != WAIT_TIMEOUT)
        {
            return $"Process {id} has connected and was gone before it could be identified. Its connection was dropped.";
        }

        if (!GetProcessTimes(process, out Interop.FILETIME created, out _, out _, out _))
        {
            return $"Windows does not say when process {id} was created: {DescribeLastError()}. Its connection was dropped.";
        }

        return IsOlder(created.Ticks, connected)
            ? null
            : $"Process {id} was created after the connection that names it: it has the number of one that is gone, or the clock was set back. The connection was dropped.";
    }

    /// <summary>Whether a process existed when a connection was noticed.</summary>
    internal static bool IsOlder(long createdFileTime, DateTimeOffset connected) => createdFileTime <= connected.ToFileTime();
}

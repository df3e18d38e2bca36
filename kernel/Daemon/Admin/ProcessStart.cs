using System.Globalization;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Admin;

/// <summary>When a process started, which with its number names it for as long as the machine runs.</summary>
internal static class ProcessStart
{
    // proc_pid_stat(5): the 22nd field; the second, in parentheses, may hold anything.
    private const int FieldAfterName = 22 - 3;

    /// <summary>Reads the start time of the process that made a connection, in clock ticks since boot.</summary>
    /// <returns>Null when the process is gone, or cannot be told from one that has its number now.</returns>
    internal static ulong? Read(PeerCredentials peer)
    {
        if (peer.ProcessHandle is null)
        {
            return null;
        }

        ulong? start = ReadOf(peer.ProcessId);

        // Alive after the reading, so the number was its own all the while.
        return HasExited(peer) ? null : start;
    }

    private static ulong? ReadOf(int processId)
    {
        try
        {
            string text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields.Length > FieldAfterName && ulong.TryParse(fields[FieldAfterName], NumberStyles.None, CultureInfo.InvariantCulture, out ulong ticks)
                ? ticks
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    // pidfd_open(2): a pidfd becomes readable when its process ends.
    private static bool HasExited(PeerCredentials peer)
    {
        bool added = false;
        try
        {
            peer.ProcessHandle!.DangerousAddRef(ref added);
            Span<Interop.Libc.pollfd> poll = [new Interop.Libc.pollfd { fd = (int)peer.ProcessHandle.DangerousGetHandle(), events = Interop.Libc.POLLIN }];
            return Interop.Libc.Poll(poll, 0) != 0;
        }
        finally
        {
            if (added)
            {
                peer.ProcessHandle!.DangerousRelease();
            }
        }
    }
}

using System.Globalization;
using System.Runtime.Versioning;

namespace KeychainAuth.Core.Launch;

/// <summary>
/// What a signal is elsewhere: the event, of this logon session, by which a daemon on Windows is asked to end in order.
/// It has no console that a Ctrl+C could reach.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class StopEvent
{
    /// <summary>Creates it, in the daemon.</summary>
    internal static EventWaitHandle Create(int processId) => new(initialState: false, EventResetMode.ManualReset, NameOf(processId));

    /// <summary>Sets it, from outside.</summary>
    /// <returns>False when the process has none.</returns>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    internal static bool TrySet(int processId)
    {
        if (!EventWaitHandle.TryOpenExisting(NameOf(processId), out EventWaitHandle? stop))
        {
            return false;
        }

        using (stop)
        {
            return stop.Set();
        }
    }

    private static string NameOf(int processId) => string.Create(CultureInfo.InvariantCulture, $@"Local\keychain-auth.stop.{processId}");
}

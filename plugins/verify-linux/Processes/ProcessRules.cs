using System.Globalization;
using KeychainAuth.Plugins.VerifyLinux.Parsing;

namespace KeychainAuth.Plugins.VerifyLinux.Processes;

/// <summary>What a process's status must say, when it is pinned and at every look afterwards.</summary>
internal static class ProcessRules
{
    /// <summary>Judges a status.</summary>
    /// <returns>Null, or why the process is not vouched for.</returns>
    public static Refusal? Check(in ProcessStatus status, uint userId)
    {
        if (status.NamespaceDepth != 1)
        {
            return Refusal.Unverifiable(
                "The process lives in a pid namespace of its own (a container or sandbox), where it can claim to be another process; run it outside.");
        }

        if (status.RealUserId != userId || status.EffectiveUserId != userId || status.SavedUserId != userId || status.FileSystemUserId != userId)
        {
            return Refusal.Unverifiable(
                string.Create(CultureInfo.InvariantCulture, $"The process connected as user {userId} and has other user ids as well; a set-user-id program is not vouched for."));
        }

        return status.TracerProcessId == 0 ? null : Traced(status.TracerProcessId);
    }

    /// <summary>Somebody can write the process's memory.</summary>
    public static Refusal Traced(uint tracer) => Refusal.Unverifiable(
        string.Create(CultureInfo.InvariantCulture, $"The process is being traced by process {tracer}, which can write its memory; end the debugger and connect again."));
}

using System.Runtime.InteropServices;
using static Interop;

namespace KeychainAuth.Plugins.VerifyMacOS.Processes;

/// <summary>One look at a process by its number.</summary>
/// <param name="Start">When it started.</param>
/// <param name="UserId">Its effective user.</param>
/// <param name="IsTraced">Whether a debugger is attached.</param>
/// <param name="IsEnding">Whether it is on its way out.</param>
internal sealed record ProcessLook(ProcessStart Start, uint UserId, bool IsTraced, bool IsEnding)
{
    /// <summary>Looks, or answers null where there is no such process or it cannot be looked at.</summary>
    public static ProcessLook? At(int processId) => LibSystem.ProcPidInfo(processId, out LibSystem.proc_bsdinfo info) && info.pbi_pid == processId
        ? new ProcessLook(
            new ProcessStart(info.pbi_start_tvsec, info.pbi_start_tvusec),
            info.pbi_uid,
            (info.pbi_flags & LibSystem.PROC_FLAG_TRACED) != 0,
            (info.pbi_flags & LibSystem.PROC_FLAG_INEXIT) != 0)
        : null;

    /// <summary>Why the last look gave nothing.</summary>
    public static string DescribeFailure() => Describe(Marshal.GetLastPInvokeError());
}

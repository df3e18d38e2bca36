using System.Globalization;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using KeychainAuth.Plugins.VerifyLinux.Processes;

namespace KeychainAuth.Plugins.VerifyLinux.Launches;

/// <summary>
/// What keeps a user's other programs out of a process: an effective group that is not the real one, which the kernel
/// demands of whoever would trace it or read below its /proc directory (ptrace(2), access mode checking), and that it
/// may not be dumped. It gets both at the exec of a program by a set-group-id one.
/// </summary>
internal static class LaunchRules
{
    /// <summary>Judges a process by its status.</summary>
    /// <returns>Null, or why it is open to others.</returns>
    public static Refusal? Check(in ProcessStatus status, ProcessDirectory directory, uint group)
    {
        if (status.EffectiveGroupId != group || status.SavedGroupId != group || status.FileSystemGroupId != group || status.RealGroupId == group)
        {
            return Refusal.Unverifiable(string.Create(
                CultureInfo.InvariantCulture, $"The process does not have the launcher's group ({group}) as its effective group only; the program gave it up, or was not started by the launcher."));
        }

        return directory.IsProtected()
            ? null
            : Refusal.Unverifiable("The process lets its user's other programs look into it (PR_SET_DUMPABLE, or fs.suid_dumpable is 1); a launched program must not.");
    }

    /// <summary>Whether the image was started as the kernel starts one with other ids: without regard to LD_PRELOAD and its kind.</summary>
    public static bool IsSecureStart(ReadOnlySpan<byte> auxiliaryVector) =>
        AuxiliaryVector.TryFind(auxiliaryVector, AuxiliaryVector.AT_SECURE, out ulong secure) && secure != 0;
}

using System.Runtime.Versioning;
using KeychainAuth.Core.Windows;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinNT;

namespace KeychainAuth.Daemon.Hardening;

/// <summary>
/// Closes the daemon's own process to other programs of its user: no reading or writing of its memory, no threads put
/// into it, no handles taken from it, no memory in error reports. Holds from the call on; administrators are not kept
/// out, and neither is whoever opened the process before.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsProcessHardening
{
    private static readonly nint CurrentProcess = -1;

    /// <exception cref="InvalidOperationException">Windows refused; the daemon must not go on.</exception>
    internal static void Apply()
    {
        _ = SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
        using var process = new SafeProcessHandle(CurrentProcess, ownsHandle: false);
        if (!Interop.Advapi32.SetKernelObjectSecurity(
            process, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, Security(WindowsUser.Current).ToBytes()))
        {
            throw Failure("its process cannot be closed to others");
        }

        GiveUp(ProcessExtensionPointDisablePolicy, DisableExtensionPoints, "foreign input methods and hooks cannot be kept out");
        GiveUp(ProcessImageLoadPolicy, NoRemoteImages | NoLowMandatoryLabelImages, "libraries from the network cannot be kept out");
    }

    /// <summary>
    /// The user may see that the process runs, which program it is, and end it. What an owner may do without an entry,
    /// changing this list, is taken away too.
    /// </summary>
    internal static SecurityDescriptor Security(Sid user) => new()
    {
        IsProtected = true,
        Access =
        [
            AccessEntry.Allow(Sid.OwnerRights, READ_CONTROL),
            AccessEntry.Allow(user, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_TERMINATE | SYNCHRONIZE),
            AccessEntry.Allow(Sid.System, PROCESS_ALL_ACCESS),
            AccessEntry.Allow(Sid.Administrators, PROCESS_ALL_ACCESS),
        ],
    };

    private static void GiveUp(int policy, uint flags, string fault)
    {
        if (!SetProcessMitigationPolicy(policy, flags, sizeof(uint)))
        {
            throw Failure(fault);
        }
    }

    private static InvalidOperationException Failure(string what) =>
        new($"The daemon cannot protect itself: {what}: {DescribeLastError()}.");
}

using System.Runtime.InteropServices;

namespace KeychainAuth.Daemon.Hardening;

/// <summary>
/// Closes the daemon's own process to other programs of its user: no ptrace, no reading of its memory or environment,
/// no core dump. (macOS: no debugger; its memory is closed to others by the hardened runtime, with which a release is signed.) Holds from the call on; whoever attached before stays attached, and root is not kept out.
/// </summary>
internal static class ProcessHardening
{
    /// <exception cref="InvalidOperationException">The kernel refused; the daemon must not go on.</exception>
    internal static void Apply()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsProcessHardening.Apply();
            return;
        }

        if (Interop.Libc.SetRLimit(Interop.Libc.RLIMIT_CORE, default) != 0)
        {
            throw Failure("core dumps cannot be switched off");
        }

        if (OperatingSystem.IsLinux() && Interop.Libc.PrCtl(Interop.Libc.PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        {
            throw Failure("the process cannot be made non-dumpable");
        }

        // What is the daemon's by its unit is not for the programs it runs (pkcheck).
        if (OperatingSystem.IsLinux() && Interop.Libc.PrCtl(Interop.Libc.PR_CAP_AMBIENT, Interop.Libc.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
        {
            throw Failure("its capabilities cannot be kept from the programs it runs");
        }

        if (OperatingSystem.IsMacOS() && Interop.LibSystem.DenyAttach() != 0)
        {
            throw Failure("debuggers cannot be kept out");
        }
    }

    private static InvalidOperationException Failure(string what) =>
        new($"The daemon cannot protect itself: {what}: {Interop.Describe(Marshal.GetLastPInvokeError())}.");
}

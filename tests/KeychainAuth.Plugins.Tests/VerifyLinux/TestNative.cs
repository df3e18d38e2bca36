using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>System calls that only tests make.</summary>
internal static partial class TestNative
{
    // asm-generic/unistd.h.
    private const nint SYS_pidfd_open = 434;

    public static bool IsRoot => GetEUid() == 0;

    /// <summary>geteuid(2).</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEUid();

    /// <summary>pidfd_open(2).</summary>
    public static SafeFileHandle OpenPidFd(int processId) => new(syscall(SYS_pidfd_open, processId, 0), ownsHandle: true);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint pid, nint flags);
}

using System.Globalization;
using System.Runtime.InteropServices;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Processes;

/// <summary>What can be asked of a pidfd (pidfd_open(2)).</summary>
internal static class PidFd
{
    private const int InfoBytes = 1024;

    /// <summary>
    /// The process id behind a pidfd. Asked after /proc/&lt;pid&gt; was opened, the same number proves that the directory
    /// is this process's: it has had the number all the time in between.
    /// </summary>
    /// <returns>-1 when the process is gone, 0 when it is not visible here; null where the kernel does not say.</returns>
    public static int? ReadProcessId(SafeHandle pidFd)
    {
        bool added = false;
        try
        {
            pidFd.DangerousAddRef(ref added);
            using SafeFileHandle info = Interop.Libc.Open(
                string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{pidFd.DangerousGetHandle()}"), Interop.Libc.O_RDONLY);
            Span<byte> text = stackalloc byte[InfoBytes];
            int count = info.IsInvalid ? 0 : Interop.Libc.PRead(info, text, 0);
            return count > 0 && PidFdInfo.TryParseProcessId(text[..count], out int processId) ? processId : null;
        }
        finally
        {
            if (added)
            {
                pidFd.DangerousRelease();
            }
        }
    }

    /// <summary>
    /// A number that no other process gets until the machine starts again: the inode on pidfs, Linux 6.9. Older kernels
    /// give every pidfd the same inode, on another file system.
    /// </summary>
    /// <returns>Null where the kernel has no such number.</returns>
    public static ulong? ReadUniqueNumber(SafeHandle pidFd) =>
        Interop.Libc.FStatFs(pidFd, out long type) == 0
        && type == Interop.Libc.PID_FS_MAGIC
        && Interop.Libc.StatXAt(pidFd, "", out Interop.Libc.statx_buffer stat) == 0
            ? stat.stx_ino
            : null;
}

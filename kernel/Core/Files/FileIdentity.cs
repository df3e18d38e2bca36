using KeychainAuth.Core.Windows;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Files;

/// <summary>
/// What tells one content of a file from another without reading it. A rename gives another inode and any write another
/// change time, so equal identities mean equal content, but for a write within the clock's granularity of the last one.
/// </summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Length, long Modified, long Changed)
{
    /// <summary>The identity of what is at a path now, following links; null when nothing is there.</summary>
    /// <exception cref="IOException">The file system could not answer.</exception>
    internal static FileIdentity? Of(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Interop.Libc.StatX(path, followLink: true, out Interop.Libc.statx_buffer status) == 0)
            {
                return From(status);
            }

            int errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            return errno is Interop.Errno.ENOENT or Interop.Errno.ENOTDIR
                ? null
                : throw new IOException($"{path} cannot be looked at: {Interop.Describe(errno)}.");
        }

        if (OperatingSystem.IsWindows())
        {
            return WindowsFileIdentity.Of(path);
        }

        var info = new FileInfo(path);
        return info.Exists
            ? new FileIdentity(0, 0, info.Length, info.LastWriteTimeUtc.Ticks, info.CreationTimeUtc.Ticks)
            : null;
    }

    /// <summary>The identity of an open file, which a lock keeps at its path.</summary>
    /// <exception cref="IOException">The file system could not answer.</exception>
    internal static FileIdentity? Of(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return Of(path);
        }

        return Interop.Libc.StatX(file, out Interop.Libc.statx_buffer status) == 0
            ? From(status)
            : throw new IOException($"{path} cannot be looked at: {Interop.Describe(System.Runtime.InteropServices.Marshal.GetLastPInvokeError())}.");
    }

    /// <summary>Whether it is the same file, whatever is in it now.</summary>
    internal bool IsSameFileAs(FileIdentity other) => Device == other.Device && Inode == other.Inode;

    private static FileIdentity From(in Interop.Libc.statx_buffer status) => new(
        ((ulong)status.stx_dev_major << 32) | status.stx_dev_minor,
        status.stx_ino,
        (long)status.stx_size,
        Nanoseconds(status.stx_mtime),
        Nanoseconds(status.stx_ctime));

    private static long Nanoseconds(in Interop.Libc.statx_timestamp time) =>
        unchecked((time.tv_sec * 1_000_000_000) + time.tv_nsec);
}

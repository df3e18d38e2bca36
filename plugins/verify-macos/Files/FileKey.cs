using static Interop;

namespace KeychainAuth.Plugins.VerifyMacOS.Files;

/// <summary>Which file it is, and every trace that a change of its content leaves. Programs cannot set the change time.</summary>
internal readonly record struct FileKey(uint Device, ulong Inode, ulong Size, Libc.statx_timestamp Modified, Libc.statx_timestamp Changed)
{
    public static FileKey From(in Libc.statx_buffer status) =>
        new(status.stx_dev_minor, status.stx_ino, status.stx_size, status.stx_mtime, status.stx_ctime);
}

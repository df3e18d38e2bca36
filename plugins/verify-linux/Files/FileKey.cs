using System.Runtime.InteropServices;
using KeychainAuth.Plugins.VerifyLinux.Parsing;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// What a digest is remembered under: who the file is, and every trace that a change of its content leaves. The change
/// time cannot be set by programs.
/// </summary>
internal readonly record struct FileKey(
    uint DeviceMajor,
    uint DeviceMinor,
    ulong Inode,
    ulong Size,
    Interop.Libc.statx_timestamp Modified,
    Interop.Libc.statx_timestamp Changed)
{
    /// <summary>Device and inode as stat says them; what the maps file shows may differ.</summary>
    public MappingIdentity Identity => new(DeviceMajor, DeviceMinor, Inode);

    /// <summary>The change time as a point in time.</summary>
    public DateTimeOffset ChangedAt =>
        Changed.tv_sec > DateTimeOffset.MaxValue.ToUnixTimeSeconds() - 1 || Changed.tv_sec < DateTimeOffset.MinValue.ToUnixTimeSeconds()
            ? DateTimeOffset.MaxValue
            : DateTimeOffset.FromUnixTimeSeconds(Changed.tv_sec).AddTicks(Changed.tv_nsec / TimeSpan.NanosecondsPerTick);

    public static FileKey From(in Interop.Libc.statx_buffer stat) =>
        new(stat.stx_dev_major, stat.stx_dev_minor, stat.stx_ino, stat.stx_size, stat.stx_mtime, stat.stx_ctime);

    /// <summary>The key of an open file; O_PATH suffices.</summary>
    public static bool TryRead(SafeHandle file, out FileKey key)
    {
        bool read = Interop.Libc.StatXAt(file, "", out Interop.Libc.statx_buffer stat) == 0;
        key = read ? From(stat) : default;
        return read;
    }

    /// <summary>Whether it is the same file, changed or not.</summary>
    public bool IsSameFileAs(in FileKey other) => Identity == other.Identity;
}

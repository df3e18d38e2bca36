using static Interop.Libc;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>
/// What tells one content of a file from another without reading it. Not guaranteed: two changes of the same size
/// within one tick of the file system's clock look alike, which is why a young identity is checked once more later.
/// </summary>
internal readonly record struct FileIdentity(
    uint DeviceMajor, uint DeviceMinor, ulong Inode, ulong Size, long ModifiedSeconds, uint ModifiedNanoseconds, long ChangedSeconds, uint ChangedNanoseconds)
{
    /// <summary>Longer than a tick of any kernel's clock (10 ms at the slowest).</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    internal static FileIdentity Of(in statx_buffer stat) => new(
        stat.stx_dev_major, stat.stx_dev_minor, stat.stx_ino, stat.stx_size,
        stat.stx_mtime.tv_sec, stat.stx_mtime.tv_nsec, stat.stx_ctime.tv_sec, stat.stx_ctime.tv_nsec);

    /// <summary>The same content as before a rename, which may change the change time and nothing else.</summary>
    internal bool IsRenamed(in FileIdentity before) =>
        this == before with { ChangedSeconds = ChangedSeconds, ChangedNanoseconds = ChangedNanoseconds };

    /// <summary>
    /// Whether the file was changed less than <paramref name="window"/> ago. By the change time, which no program can
    /// set. A time in the future is not young: a clock that was set back must not make it so for years.
    /// </summary>
    internal bool IsYoungerThan(TimeSpan window, DateTimeOffset now) => IsWithin(window, now, ChangedSeconds, ChangedNanoseconds);

    /// <summary>Whether content was written less than <paramref name="window"/> ago, by the modification time.</summary>
    internal bool WasWrittenWithin(TimeSpan window, DateTimeOffset now) => IsWithin(window, now, ModifiedSeconds, ModifiedNanoseconds);

    private static bool IsWithin(TimeSpan window, DateTimeOffset now, long seconds, uint nanoseconds)
    {
        // Subtracted as seconds first: any program may set a modification time that no DateTimeOffset can hold.
        long difference = now.ToUnixTimeSeconds() - seconds;
        if (difference is < -1 or > 3600)
        {
            return false;
        }

        TimeSpan age = now - DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100);
        return age >= TimeSpan.Zero && age < window;
    }
}

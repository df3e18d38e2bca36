namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// Small files and large ones queue apart, one of each at a time, so that somebody's 4 GB program does not hold up
/// everybody's small ones. Shared by all users of a daemon.
/// </summary>
internal sealed class HashingLanes
{
    private const ulong LargeFrom = 32UL << 20;

    private readonly FairLane _small = new();
    private readonly FairLane _large = new();

    public static bool IsLarge(ulong size) => size >= LargeFrom;

    /// <summary>The lane for files of this size, in bytes.</summary>
    public FairLane For(ulong size) => IsLarge(size) ? _large : _small;
}

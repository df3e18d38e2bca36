namespace KeychainAuth.Plugins.Tests.StoreFile;

/// <summary>
/// A clock that says when the wall clock is asked, so that a test can act at that very point. The monotonic clock stands
/// still until a test moves it on; timers run as ever.
/// </summary>
internal sealed class KeyringTime : TimeProvider
{
    private long _timestamp;

    public Action? WhenAsked { get; set; }

    /// <summary>Where the wall clock stands; null lets it go.</summary>
    public DateTimeOffset? Now { get; set; }

    public void Advance(TimeSpan by) => _timestamp += (long)(by.TotalSeconds * TimestampFrequency);

    public override DateTimeOffset GetUtcNow()
    {
        WhenAsked?.Invoke();
        return Now ?? base.GetUtcNow();
    }

    public override long GetTimestamp() => _timestamp;
}

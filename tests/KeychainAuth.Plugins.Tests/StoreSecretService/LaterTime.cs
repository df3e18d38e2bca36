namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>A monotonic clock that a test moves on; timers run as ever.</summary>
internal sealed class LaterTime : TimeProvider
{
    private long _ahead;

    internal void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);
}

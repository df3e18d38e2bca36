namespace KeychainAuth.Plugins.Tests.TransportUds;

/// <summary>A monotonic clock that stands still until it is set.</summary>
internal sealed class ManualTime : TimeProvider
{
    public long Now { get; set; }

    public override long GetTimestamp() => Now;
}

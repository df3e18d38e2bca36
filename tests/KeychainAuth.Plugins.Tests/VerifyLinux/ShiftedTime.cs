namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>
/// A wall clock that is ahead, so that files written a moment ago count as old; and which says when it is asked, so that
/// a test can act at that very point.
/// </summary>
internal sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
{
    public Action? WhenAsked { get; set; }

    public override DateTimeOffset GetUtcNow()
    {
        WhenAsked?.Invoke();
        return base.GetUtcNow() + ahead;
    }
}

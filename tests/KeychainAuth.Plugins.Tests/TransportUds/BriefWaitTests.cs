using System.Runtime.Versioning;
using KeychainAuth.Plugins.TransportUds;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

/// <summary>Who is waited for by looking, and for how long.</summary>
[SupportedOSPlatform("linux")]
public sealed class BriefWaitTests
{
    private static readonly long Moment = TimeSpan.FromMicroseconds(50).Ticks * (TimeProvider.System.TimestampFrequency / TimeSpan.TicksPerSecond);

    private readonly ManualTime _time = new();
    private readonly LookingSeats _seats = new(2);

    [Fact]
    public void Begin_NobodyHasBeenQuickYet_DoesNotLook() => Assert.False(Create().Begin());

    [Fact]
    public void Begin_LastOneCameAtOnce_LooksForAMoment()
    {
        BriefWait wait = Quick();
        Assert.True(wait.Begin());
        Assert.True(wait.GoesOn());
        _time.Now += Moment - 1;
        Assert.True(wait.GoesOn());
        _time.Now++;
        Assert.False(wait.GoesOn());
    }

    [Fact]
    public void Begin_LastOneCameLate_DoesNotLookUntilOneIsQuickAgain()
    {
        BriefWait wait = Quick();
        Assert.True(wait.Begin());
        wait.EndLooking();
        _time.Now += Moment;
        wait.Arrived();
        Assert.False(wait.Begin());
        wait.Arrived();
        Assert.True(wait.Begin());
    }

    [Fact]
    public void Begin_AllSeatsTaken_DoesNotLookUntilOneLeaves()
    {
        BriefWait[] waits = [Quick(), Quick(), Quick()];
        Assert.Equal([true, true, false], waits.Select(wait => wait.Begin()));
        waits[0].EndLooking();
        Assert.True(waits[2].Begin());
    }

    private BriefWait Create() => new(_seats, _time);

    private BriefWait Quick()
    {
        BriefWait wait = Create();
        wait.Begin();
        wait.Arrived();
        return wait;
    }
}

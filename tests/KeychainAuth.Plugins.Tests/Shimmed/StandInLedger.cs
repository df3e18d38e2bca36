using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>Begins a test with an empty stand-in, and ends it with an account: nothing held, nothing misused, nothing left readable.</summary>
internal sealed class StandInLedger
{
    private readonly nint _live;
    private readonly nint _unzeroed;

    public StandInLedger()
    {
        StandIn.Reset();
        _live = StandIn.Live();
        _unzeroed = StandIn.Unzeroed();
    }

    public void Close()
    {
        Assert.Equal("", StandIn.Faults());
        Assert.Equal(_live, StandIn.Live());
        Assert.Equal(StandIn.Live(), StandIn.Retains() - StandIn.Releases());
        Assert.Equal(_unzeroed, StandIn.Unzeroed());
    }
}

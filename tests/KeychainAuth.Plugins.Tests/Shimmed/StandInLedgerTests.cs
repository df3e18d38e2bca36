using Xunit;
using Xunit.Sdk;

namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>The account that ends every test on the stand-in does find what it is there to find.</summary>
[Collection(StandInGroup.Name)]
public sealed class StandInLedgerTests
{
    private readonly StandInLedger _ledger = new();

    [Fact]
    public void Close_NothingHeld_Agrees()
    {
        StandIn.Release(StandIn.CreateData(0, [1], 1));
        _ledger.Close();
    }

    [Fact]
    public void Close_ObjectStillHeld_Fails()
    {
        nint held = StandIn.CreateData(0, [1], 1);
        Assert.ThrowsAny<XunitException>(_ledger.Close);
        StandIn.Release(held);
        _ledger.Close();
    }

    [Fact]
    public void Close_ObjectReleasedTwice_Fails()
    {
        nint released = StandIn.CreateData(0, [1], 1);
        StandIn.Release(released);
        StandIn.Release(released);
        Assert.Contains("CFRelease used an object after its release", StandIn.Faults(), StringComparison.Ordinal);
        Assert.ThrowsAny<XunitException>(_ledger.Close);
    }

    [Fact]
    public void Close_ObjectUsedAfterItsRelease_Fails()
    {
        nint released = StandIn.CreateData(0, [1], 1);
        StandIn.Release(released);
        StandIn.DataLength(released);
        Assert.Contains("CFDataGetLength used an object after its release", StandIn.Faults(), StringComparison.Ordinal);
        Assert.ThrowsAny<XunitException>(_ledger.Close);
    }

    [Fact]
    public void Close_ObjectOfAnotherKind_Fails()
    {
        nint data = StandIn.CreateData(0, [1], 1);
        StandIn.StringLength(data);
        StandIn.Release(data);
        Assert.Contains("instead of", StandIn.Faults(), StringComparison.Ordinal);
    }
}

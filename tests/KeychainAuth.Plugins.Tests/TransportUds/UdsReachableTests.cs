using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[SupportedOSPlatform("linux")]
public sealed class UdsReachableTests : UdsTest
{
    [Fact]
    public async Task IsReachable_FileRemovedOrReplaced_NoLonger()
    {
        string address = Place.Combine("agent.sock");
        await using ITransportListener listener = await BindAsync(address);
        var reachable = Assert.IsType<IReachableListener>(listener, exactMatch: false);
        Assert.True(reachable.IsReachable);

        File.Move(address, address + ".moved");
        Assert.False(reachable.IsReachable);
        await File.WriteAllTextAsync(address, "", Cancellation);
        Assert.False(reachable.IsReachable);

        File.Move(address + ".moved", address, overwrite: true);
        Assert.True(reachable.IsReachable);
    }

    [Fact]
    public async Task BindAsync_WhileAnUnreachableListenerLives_TakesItsPlaceAndKeepsItWhenThatEnds()
    {
        string address = Place.Combine("agent.sock");
        ITransportListener lost = await BindAsync(address);
        File.Delete(address);
        await using ITransportListener fresh = await BindAsync(address);
        await lost.DisposeAsync();
        Assert.True(((IReachableListener)fresh).IsReachable, "The end of the old one must not remove the new one's file.");
    }
}

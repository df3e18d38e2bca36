using KeychainAuth.Daemon.Hosting;

namespace KeychainAuth.Tests.Daemon.Hosting;

public sealed class StormMemoryTests
{
    [Fact]
    public void Tick_AfterAStorm_CollectsOnce()
    {
        var memory = new StormMemory();
        Assert.False(memory.Tick(1000));
        Assert.False(memory.Tick(500));
        Assert.False(memory.Tick(3));
        Assert.False(memory.Tick(3));
        Assert.True(memory.Tick(3));
        Assert.False(memory.Tick(3));
    }

    [Fact]
    public void Tick_StormGoesOnAfterALull_CollectsAfterItsEndOnly()
    {
        var memory = new StormMemory();
        int[] connections = [1000, 3, 3, 900, 3, 3];
        Assert.All(connections, count => Assert.False(memory.Tick(count)));
        Assert.True(memory.Tick(3));
    }

    [Fact]
    public void Tick_WithoutAStorm_NeverCollects()
    {
        var memory = new StormMemory();
        int[] connections = [200, 0, 0, 0, 0];
        Assert.All(connections, count => Assert.False(memory.Tick(count)));
    }
}

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
        Assert.True(memory.Tick(3));
        Assert.False(memory.Tick(3));
    }

    [Fact]
    public void Tick_WithoutAStorm_NeverCollects()
    {
        var memory = new StormMemory();
        Assert.False(memory.Tick(200));
        Assert.False(memory.Tick(0));
    }
}

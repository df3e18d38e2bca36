using KeychainAuth.Daemon.Sealing;

namespace KeychainAuth.Tests.Daemon.Sealing;

public sealed class SequenceMemoryTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Next_ClockSetBack_StillGrows()
    {
        var memory = new SequenceMemory(_time);
        ulong first = memory.Next("s", "t");
        memory.Saw("s", "t", first);
        _time.Advance(TimeSpan.FromDays(-1000));
        Assert.Equal(first + 1, memory.Next("s", "t"));
    }

    [Fact]
    public void Saw_OlderNumber_ForgetsNothing()
    {
        var memory = new SequenceMemory(_time);
        memory.Saw("s", "t", 7);
        memory.Saw("s", "t", 3);
        Assert.Equal(7UL, memory.OldestAllowed("s", "t"));
        Assert.Equal(0UL, memory.OldestAllowed("s", "u"));
        Assert.Equal(0UL, memory.OldestAllowed("st", ""));
    }

    [Fact]
    public void Deleted_Always_BarsWhatWasWrittenBefore()
    {
        var memory = new SequenceMemory(_time);
        ulong written = memory.Next("s", "t");
        memory.Saw("s", "t", written);
        memory.Deleted("s", "t");
        Assert.True(memory.OldestAllowed("s", "t") > written);
        Assert.True(memory.Next("s", "t") > memory.OldestAllowed("s", "t"));
    }

    [Fact]
    public void Saw_MoreTargetsThanItHolds_StaysBounded()
    {
        var memory = new SequenceMemory(_time);
        for (int i = 0; i < SequenceMemory.MaxTargets; i++)
        {
            memory.Saw("s", $"{i}", 5);
        }

        Assert.Equal(5UL, memory.OldestAllowed("s", "0"));
        memory.Saw("s", "one more", 6);
        Assert.Equal(0UL, memory.OldestAllowed("s", "0"));
        Assert.Equal(6UL, memory.OldestAllowed("s", "one more"));
    }
}

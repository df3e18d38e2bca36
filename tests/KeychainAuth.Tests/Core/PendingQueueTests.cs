using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Core;

public sealed class PendingQueueTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly PendingQueue _queue;

    public PendingQueueTests() => _queue = new PendingQueue(_directory.Combine("pending.json"), _time);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Add_SameProgramTwice_CountsAttempts()
    {
        Assert.True(_queue.Add(Entry("/a/x")));
        Assert.True(_queue.Add(Entry("/a/x")));
        PendingEntry entry = Assert.Single(_queue.Read());
        Assert.Equal(2, entry.Attempts);
    }

    [Fact]
    public void Add_SameHashElsewhere_IsAnotherEntry()
    {
        _queue.Add(Entry("/a/x"));
        _queue.Add(Entry("/b/x"));
        Assert.Equal(2, _queue.Read().Count);
    }

    [Fact]
    public void Read_AfterADay_ForgetsEntries()
    {
        _queue.Add(Entry("/a/x"));
        _time.Advance(PendingQueue.Lifetime - TimeSpan.FromSeconds(1));
        Assert.Single(_queue.Read());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_queue.Read());
    }

    [Fact]
    public void Add_DirectoryIsFull_DropsTheNewcomerAndKeepsTheRest()
    {
        for (int i = 0; i < PendingQueue.MaxEntriesPerDirectory; i++)
        {
            Assert.True(_queue.Add(Entry($"/junk/{i}")));
        }

        Assert.False(_queue.Add(Entry("/junk/more")));
        Assert.True(_queue.Add(Entry("/honest/tool")));
        Assert.True(_queue.Add(Entry("/junk/0")));
        Assert.Equal(PendingQueue.MaxEntriesPerDirectory + 1, _queue.Read().Count);
    }

    [Fact]
    public void Add_QueueIsFull_DropsTheNewcomer()
    {
        for (int i = 0; i < PendingQueue.MaxEntries; i++)
        {
            Assert.True(_queue.Add(Entry($"/d{i}/x")));
        }

        Assert.False(_queue.Add(Entry("/late/x")));
        Assert.Contains(_queue.Read(), e => e.Path == "/d0/x");
    }

    [Fact]
    public void Remove_Matching_SaysHowMany()
    {
        _queue.Add(Entry("/a/x"));
        _queue.Add(Entry("/b/x"));
        Assert.Equal(1, _queue.Remove(e => e.Path == "/a/x"));
        Assert.Equal("/b/x", Assert.Single(_queue.Read()).Path);
    }

    [Fact]
    public void Read_EntryWithoutHash_Refuses()
    {
        File.WriteAllText(_directory.Combine("pending.json"), """[{"path":"/a","hash":"sha256:12"}]""");
        Assert.Throws<DocumentException>(_queue.Read);
    }

    private PendingEntry Entry(string path) =>
        new() { Path = path, Hash = Hashes.Of('c'), Timestamp = _time.GetUtcNow(), Attempts = 1 };
}

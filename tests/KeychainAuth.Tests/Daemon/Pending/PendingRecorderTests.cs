using KeychainAuth.Core.Configuration;
using KeychainAuth.Daemon.Pending;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeychainAuth.Tests.Daemon.Pending;

public sealed class PendingRecorderTests : IDisposable
{
    private static readonly string Digest = new('b', 64);

    private readonly TestDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly PendingQueue _queue;
    private readonly PendingRecorder _recorder;

    public PendingRecorderTests()
    {
        _queue = new PendingQueue(_directory.Combine("pending.json"), _time);
        _recorder = new PendingRecorder(_queue, _time, NullLogger<PendingRecorder>.Instance);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Record_FirstKnock_IsWrittenAtOnce()
    {
        Knock("/opt/tool", "not registered");
        PendingEntry entry = Assert.Single(_queue.Read());
        Assert.Equal(("/opt/tool", "sha256:" + Digest, 1000u, "not registered", 1), (entry.Path, entry.Hash, entry.UserId, entry.Reason, entry.Attempts));
        Assert.Null(entry.CommandLine);
        Assert.Null(entry.Files);
        Assert.Null(entry.Jit);
        Assert.Equal(_time.GetUtcNow(), entry.Timestamp);
    }

    [Fact]
    public void Record_CommandLine_IsMasked()
    {
        var peer = new PeerWithArguments("/opt/tool", Digest, "tool\0--token\0hunter2\0run\0");
        _recorder.Record(BinaryIdentity.FromDigest(Digest, "/opt/tool"), peer, 1000, "why");
        Assert.Equal("tool --token *** run", Assert.Single(_queue.Read()).CommandLine);
        Assert.DoesNotContain("hunter2", File.ReadAllText(_directory.Combine("pending.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Record_CodeBesideTheExecutable_IsListed()
    {
        var peer = new FakeVerifiedPeer("/opt/tool", Digest);
        peer.SetCode(new CodeInventory([new CodeFile("/opt/lib.so", new string('c', 64), 1000)], HasAnonymousCode: true));
        _recorder.Record(BinaryIdentity.FromDigest(Digest, "/opt/tool"), peer, 1000, "why");
        PendingEntry entry = Assert.Single(_queue.Read());
        Assert.True(entry.Jit);
        PendingCodeFile file = Assert.Single(entry.Files!);
        Assert.Equal(("/opt/lib.so", "sha256:" + new string('c', 64), 1000u), (file.Path, file.Hash, file.OwnerUserId));
    }

    [Fact]
    public void Tick_Storm_IsWrittenAsACountAfterTheInterval()
    {
        for (int i = 0; i < 1000; i++)
        {
            Knock("/opt/tool", "why");
        }

        DateTime written = File.GetLastWriteTimeUtc(_directory.Combine("pending.json"));
        _time.Advance(TimeSpan.FromSeconds(4.9));
        _recorder.Tick();
        Assert.Equal(1, Assert.Single(_queue.Read()).Attempts);
        Assert.Equal(written, File.GetLastWriteTimeUtc(_directory.Combine("pending.json")));

        _time.Advance(TimeSpan.FromSeconds(0.1));
        _recorder.Tick();
        Assert.Equal(1000, Assert.Single(_queue.Read()).Attempts);
    }

    [Fact]
    public void Tick_CountsWithoutDetails_KeepWhatTheFirstKnockSaid()
    {
        var peer = new PeerWithArguments("/opt/tool", Digest, "tool\0run");
        BinaryIdentity identity = BinaryIdentity.FromDigest(Digest, "/opt/tool");
        _recorder.Record(identity, peer, 1000, "why");
        _recorder.Record(identity, peer, 1000, "why");
        _time.Advance(TimeSpan.FromSeconds(5));
        _recorder.Tick();
        PendingEntry entry = Assert.Single(_queue.Read());
        Assert.Equal(("tool run", 1000u, 2), (entry.CommandLine, entry.UserId, entry.Attempts));
    }

    // The person took it out of the queue while knocks were being counted: the count must not bring back an entry
    // without the findings that approval needs.
    [Fact]
    public void Tick_EntryWasRemovedMeanwhile_TheNextKnockBringsItBackWhole()
    {
        var peer = new FakeVerifiedPeer("/opt/tool", Digest);
        peer.SetCode(new CodeInventory([], HasAnonymousCode: true));
        BinaryIdentity identity = BinaryIdentity.FromDigest(Digest, "/opt/tool");
        _recorder.Record(identity, peer, 1000, "why");
        _queue.Remove(_ => true);
        _recorder.Record(identity, peer, 1000, "why");
        _time.Advance(TimeSpan.FromSeconds(5));
        _recorder.Tick();
        Assert.All(_queue.Read(), entry => Assert.True(entry.Jit));
    }

    [Fact]
    public void Record_CodeAppearsBetweenKnocks_IsListedWithinTheInterval()
    {
        var peer = new FakeVerifiedPeer("/opt/tool", Digest);
        BinaryIdentity identity = BinaryIdentity.FromDigest(Digest, "/opt/tool");
        _recorder.Record(identity, peer, 1000, "not registered");
        peer.SetCode(new CodeInventory([new CodeFile("/opt/lib.so", new string('c', 64), 1000)], HasAnonymousCode: false));
        _recorder.Record(identity, peer, 1000, "code");
        _time.Advance(TimeSpan.FromSeconds(5));
        _recorder.Tick();
        Assert.NotNull(Assert.Single(_queue.Read()).Files);
    }

    // A person approved it while knocks were being counted: what was counted before must not queue it again.
    [Fact]
    public void Forget_CountsFromBefore_AreNotWritten()
    {
        Knock("/opt/tool", "why");
        Knock("/opt/tool", "why");
        _queue.Remove(_ => true);
        _recorder.Forget();
        _time.Advance(TimeSpan.FromSeconds(5));
        _recorder.Tick();
        Assert.Empty(_queue.Read());

        Knock("/opt/tool", "again");
        Assert.Equal("again", Assert.Single(_queue.Read()).Reason);
    }

    [Fact]
    public void Record_QueueUnreadable_RefusesNobodyAndOverwritesNothing()
    {
        File.WriteAllText(_directory.Combine("pending.json"), "not json");
        Knock("/opt/tool", "why");
        _time.Advance(TimeSpan.FromSeconds(5));
        _recorder.Tick();
        Assert.Equal("not json", File.ReadAllText(_directory.Combine("pending.json")));
    }

    [Fact]
    public void Record_ManyPrograms_KeepsTheFirstTenOfADirectory()
    {
        for (int i = 0; i < 300; i++)
        {
            Knock($"/opt/junk/tool{i}", "why");
        }

        Knock("/opt/other/tool", "why");
        _time.Advance(TimeSpan.FromSeconds(5));
        _recorder.Tick();
        Knock("/opt/other/tool", "why");
        IReadOnlyList<PendingEntry> entries = _queue.Read();
        Assert.Equal(10, entries.Count(e => e.Path.StartsWith("/opt/junk/", StringComparison.Ordinal)));
        Assert.Contains(entries, e => e.Path == "/opt/other/tool");
    }

    private void Knock(string path, string reason) =>
        _recorder.Record(BinaryIdentity.FromDigest(Digest, path), new FakeVerifiedPeer(path, Digest), 1000, reason);

    private sealed class PeerWithArguments(string path, string digest, string arguments) : VerifiedPeer
    {
        public override string ExecutablePath { get; } = path;

        public override string Sha256 { get; } = digest;

        public override IReadOnlyDictionary<string, string> Evidence { get; } =
            new Dictionary<string, string> { [PendingRecorder.CommandLineEvidence] = arguments };

        public override ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);
    }
}

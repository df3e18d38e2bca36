using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon;

public sealed class PolicySourceTests : IDisposable
{
    private static readonly string Hash = "sha256:" + new string('a', 64);

    private readonly TestDirectory _directory = new();
    private readonly ManualTime _later = new(DateTimeOffset.UtcNow + TimeSpan.FromHours(1));
    private readonly List<int> _changes = [];

    private string ConfigPath => _directory.Combine("config.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Current_NoFile_IsAnEmptyPolicy() => Assert.Equal(0, Source(TimeProvider.System).Current().RegisteredCount);

    // Within the granularity of a file's times, at the same length: every edit is seen by the very next request.
    [Fact]
    public void Current_EditsInAHurry_AreAllSeenAtOnce()
    {
        PolicySource source = Source(TimeProvider.System);
        for (int i = 0; i < 500; i++)
        {
            Write($"/opt/tool{i % 10}");
            Assert.NotNull(source.Current().Find(new BinaryIdentity(Hash, $"/opt/tool{i % 10}")));
        }
    }

    [Fact]
    public void Current_EditedInPlaceWithinOneTick_IsSeen()
    {
        PolicySource source = Source(TimeProvider.System);
        Write("/opt/tool1");
        source.Current();
        string content = File.ReadAllText(ConfigPath);
        using FileStream stream = File.OpenWrite(ConfigPath);
        for (int i = 0; i < 200; i++)
        {
            stream.Position = 0;
            stream.Write(System.Text.Encoding.UTF8.GetBytes(content.Replace("tool1", $"tool{i % 10}", StringComparison.Ordinal)));
            stream.Flush();
            Assert.NotNull(source.Current().Find(new BinaryIdentity(Hash, $"/opt/tool{i % 10}")));
        }
    }

    [Fact]
    public void Current_OldAndUnchanged_IsNotReadAgain()
    {
        Write("/opt/tool");
        PolicySource source = Source(_later);
        PolicySnapshot first = source.Current();
        Assert.Same(first, source.Current());
        Assert.Equal([1], _changes);
    }

    [Fact]
    public void Current_Young_IsReadAgainButToldOnce()
    {
        Write("/opt/tool");
        PolicySource source = Source(new ManualTime(DateTimeOffset.UtcNow));
        Assert.NotSame(source.Current(), source.Current());
        Assert.Equal([1], _changes);
    }

    [Fact]
    public void Current_SettledThenEdited_IsSeen()
    {
        Write("/opt/tool");
        PolicySource source = Source(_later);
        source.Current();
        Write("/opt/tool", "/opt/other");
        Assert.Equal(2, source.Current().RegisteredCount);
        Assert.Equal([1, 2], _changes);
    }

    [Fact]
    public void Current_SettledThenRemoved_DeniesAll()
    {
        Write("/opt/tool");
        PolicySource source = Source(_later);
        source.Current();
        File.Delete(ConfigPath);
        Assert.Equal(0, source.Current().RegisteredCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"registered_binaries":[{"path":"relative","hash":"x"}]}""")]
    [InlineData("""{"unattributed":"maybe"}""")]
    public void Current_Unreadable_HasNoPolicyUntilMended(string content)
    {
        Write("/opt/tool");
        PolicySource source = Source(_later);
        source.Current();
        File.WriteAllText(ConfigPath, content);
        Assert.Throws<DocumentException>(source.Current);
        Assert.Throws<DocumentException>(source.Current);
        Write("/opt/tool");
        Assert.Equal(1, source.Current().RegisteredCount);
    }

    [Fact]
    public void Current_ReplacedByALink_HasNoPolicy()
    {
        Write("/opt/tool");
        PolicySource source = Source(_later);
        source.Current();
        File.Move(ConfigPath, _directory.Combine("elsewhere"));
        File.CreateSymbolicLink(ConfigPath, _directory.Combine("elsewhere"));
        Assert.Throws<DocumentException>(source.Current);
    }

    [Fact]
    public async Task Current_FileOfAnotherUser_HasNoPolicy()
    {
        Assert.SkipUnless(Special.IsRoot, "Giving a file to another user needs root.");
        Write("/opt/tool");
        PolicySource source = Source(_later);
        source.Current();
        await Special.GiveToAsync(64200, ConfigPath);
        Assert.Throws<DocumentException>(source.Current);
    }

    [Fact]
    public void Current_SameHashAtAnotherPath_IsNobody()
    {
        Write("/opt/tool");
        PolicySnapshot policy = Source(_later).Current();
        Assert.Null(policy.Find(new BinaryIdentity(Hash, "/opt/copy")));
        Assert.Null(policy.Find(new BinaryIdentity("sha256:" + new string('b', 64), "/opt/tool")));
        Assert.False(policy.IsDenied(new BinaryIdentity(Hash, "/opt/tool")));
    }

    [Fact]
    public void RaiseToVersion2_Known_IsWrittenOnceAndForThatProgramOnly()
    {
        Write("/opt/tool", "/opt/other");
        PolicySource source = Source(TimeProvider.System);
        source.RaiseToVersion2(new BinaryIdentity(Hash, "/opt/tool"));
        Assert.Equal(2, source.Current().Find(new BinaryIdentity(Hash, "/opt/tool"))!.Protocol);
        Assert.Null(source.Current().Find(new BinaryIdentity(Hash, "/opt/other"))!.Protocol);
    }

    [Fact]
    public void RaiseToVersion2_PersonChoseVersion1_IsLeftAlone()
    {
        File.WriteAllText(ConfigPath, "{\"registered_binaries\":[{\"path\":\"/opt/tool\",\"hash\":\"" + Hash + "\",\"protocol\":1}]}");
        PolicySource source = Source(TimeProvider.System);
        source.RaiseToVersion2(new BinaryIdentity(Hash, "/opt/tool"));
        Assert.Equal(1, source.Current().Find(new BinaryIdentity(Hash, "/opt/tool"))!.Protocol);
    }

    private PolicySource Source(TimeProvider time) => new(ConfigPath, time, snapshot => _changes.Add(snapshot.RegisteredCount));

    private void Write(params string[] paths) => File.WriteAllText(
        ConfigPath,
        "{\"registered_binaries\":[" + string.Join(',', paths.Select(p => $"{{\"path\":\"{p}\",\"hash\":\"{Hash}\"}}")) + "]}");
}

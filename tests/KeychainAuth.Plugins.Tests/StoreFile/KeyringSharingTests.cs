using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreFile;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreFile;

/// <summary>Other hands on the same file: with the lock, without it, and dead ones.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyringSharingTests : IDisposable
{
    private readonly KeyringHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task ReadAsync_ReplacedByAnotherHand_SeesTheNewFile()
    {
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "mine");
        string other = Path.Combine(_home.KeyringDirectory, "new");
        await File.WriteAllTextAsync(other, """{"demo:k":{"private":"djI="}}""", KeyringHome.Cancellation);
        File.SetUnixFileMode(other, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(other, _home.Keyring, overwrite: true);
        Assert.Equal("v2", await KeyringHome.ReadAsync(store, "k"));
    }

    [Fact]
    public async Task ReadAsync_WrittenInPlace_SeesTheNewContent()
    {
        _home.Place("""{"demo:k":{"private":"djE="}}""");
        await using ISecretStore store = _home.Open();
        Assert.Equal("v1", await KeyringHome.ReadAsync(store, "k"));
        _home.Place("""{"demo:k":{"private":"djE=","public":""},"demo:l":{"private":"djI="}}""");
        Assert.Equal("v2", await KeyringHome.ReadAsync(store, "l"));
    }

    [Fact]
    public async Task WriteAsync_SameSizeInPlaceJustBefore_DoesNotUndoIt()
    {
        // A change of the same size in the same tick of the clock: only the content tells.
        await using ISecretStore store = _home.Open();
        for (int round = 0; round < 50; round++)
        {
            await KeyringHome.WriteAsync(store, "k", $"mine-{round:00}");
            string content = await File.ReadAllTextAsync(_home.Keyring, KeyringHome.Cancellation);
            string mine = Convert.ToBase64String(Encoding.UTF8.GetBytes($"mine-{round:00}"));
            string theirs = Convert.ToBase64String(Encoding.UTF8.GetBytes($"them-{round:00}"));
            _home.Place(content.Replace(mine, theirs, StringComparison.Ordinal));
            await KeyringHome.WriteAsync(store, "other", "x");
            Assert.Equal($"them-{round:00}", await KeyringHome.ReadAsync(store, "k"));
        }
    }

    [Fact]
    public async Task ReadAsync_FileDeleted_IsAnEmptyStore()
    {
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "v");
        File.Delete(_home.Keyring);
        Assert.Null(await KeyringHome.ReadAsync(store, "k"));
        Directory.Delete(_home.KeyringDirectory, recursive: true);
        Assert.Null(await KeyringHome.ReadAsync(store, "k"));
        await KeyringHome.WriteAsync(store, "k", "again");
        Assert.Equal("again", await KeyringHome.ReadAsync(store, "k"));
    }

    [Fact]
    public void TryReplace_ChangedInBetween_LeavesTheOtherHandsFile()
    {
        _home.Place("{}");
        using KeyringDirectory directory = KeyringDirectory.Open(_home.KeyringDirectory)!;
        FileIdentity? before = directory.Identify("keyring.json");
        _home.Place("{ }");
        Assert.False(KeyringReplacement.TryReplace(directory, "keyring.json", "{\"new\":1}"u8, before, out _));
        Assert.False(KeyringReplacement.TryReplace(directory, "keyring.json", "{\"new\":1}"u8, null, out _));
        Assert.Equal("{ }", File.ReadAllText(_home.Keyring));
        Assert.Equal(["keyring.json"], _home.Listing());

        Assert.True(KeyringReplacement.TryReplace(directory, "keyring.json", "{\"new\":1}"u8, directory.Identify("keyring.json"), out FileIdentity written));
        Assert.Equal(directory.Identify("keyring.json"), written);
        Assert.Equal("{\"new\":1}", File.ReadAllText(_home.Keyring));
    }

    [Fact]
    public async Task WriteAsync_AnotherHandBeside_KeepsItsLastChange()
    {
        // The other hand replaces the file without the lock, each time adding a mark to what it finds. A mark may be
        // lost only in the microseconds between the last look and the rename, so the marks are checked at rest: after
        // the last of them, a write must keep it.
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "0");
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(KeyringHome.Cancellation);
        int acknowledged = 0;
        Task writer = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    try
                    {
                        await KeyringHome.WriteAsync(store, "k", $"{acknowledged + 1}");
                        acknowledged++;
                    }
                    catch (StoreException failure) when (failure.Error == StoreError.Unavailable)
                    {
                        Assert.Contains("keeps changing", failure.Message, StringComparison.Ordinal);
                    }
                }
            },
            KeyringHome.Cancellation);
        for (int mark = 0; mark < 100; mark++)
        {
            AddMark($"mark-{mark}");
        }

        await done.CancelAsync();
        await writer.WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        AddMark("last");
        await KeyringHome.WriteAsync(store, "after", "x");
        Assert.Equal("last", await KeyringHome.ReadAsync(store, "last"));
        Assert.Equal("x", await KeyringHome.ReadAsync(store, "after"));
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllBytesAsync(_home.Keyring, KeyringHome.Cancellation));
        Assert.True(document.RootElement.EnumerateObject().Count() > 2);
    }

    /// <summary>What was read is no keyring then, and says nothing of the file: it is neither corrupt nor to be built upon.</summary>
    [Fact]
    public async Task AnyCall_ChangedWhileItIsRead_IsReadAgain()
    {
        _home.Place("""{"demo:k":{"private":"djE="}}""");
        int changes = 0;
        var time = new KeyringTime();
        time.WhenAsked = () =>
        {
            if (++changes % 15 > 0)
            {
                Touch(changes);
            }
        };
        await using ISecretStore store = _home.Open(time);
        Assert.Equal("v1", await KeyringHome.ReadAsync(store, "k"));
        Assert.InRange(changes, 15, 29);
        Touch(0);
        await KeyringHome.WriteAsync(store, "k", "v2");
        Assert.InRange(changes, 30, 44);
        Touch(0);
        Assert.Equal(StoreState.Ready, (await KeyringHome.ProbeAsync(store)).State);
        Assert.InRange(changes, 45, 59);
        time.WhenAsked = null;
        Assert.Equal("v2", await KeyringHome.ReadAsync(store, "k"));
    }

    [Fact]
    public async Task AnyCall_ChangedWhileItIsReadAllTheTime_GivesUpInTheEnd()
    {
        const string Content = """{"demo:k":{"private":"djE="}}""";
        _home.Place(Content);
        int changes = 0;
        var time = new KeyringTime();
        time.WhenAsked = () =>
        {
            Touch(++changes);
            time.Advance(TimeSpan.FromMilliseconds(500));
        };
        await using ISecretStore store = _home.Open(time);
        foreach (Func<Task> call in (Func<Task>[])[() => KeyringHome.ReadAsync(store, "k"), () => KeyringHome.WriteAsync(store, "k", "v2")])
        {
            changes = 0;
            StoreException failure = await KeyringHome.FailsAsync(call);
            Assert.Equal(StoreError.Unavailable, failure.Error);
            Assert.Contains("keeps changing", failure.Message, StringComparison.Ordinal);

            // Six until two and a half seconds are over, and one more, for a machine that stood still in between.
            Assert.Equal(7, changes);
        }

        Assert.Equal(Content, File.ReadAllText(_home.Keyring));
    }

    [Fact]
    public async Task WriteAsync_TwoDaemonsBeside_LoseNothing()
    {
        await using ISecretStore first = _home.Open();
        await using ISecretStore second = _home.Open();
        const int Each = 25;
        await Task.WhenAll(
            Task.Run(() => WriteManyAsync(first, "first"), KeyringHome.Cancellation),
            Task.Run(() => WriteManyAsync(second, "second"), KeyringHome.Cancellation)).WaitAsync(KeyringHome.Patience * 2, KeyringHome.Cancellation);
        foreach (ISecretStore store in new[] { first, second })
        {
            IReadOnlyList<SecretDescriptor> found = await store.SearchAsync("demo", [], KeyringHome.Cancellation).AsTask().WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
            Assert.Equal(2 * Each, found.Count);
        }

        static async Task WriteManyAsync(ISecretStore store, string name)
        {
            for (int i = 0; i < Each; i++)
            {
                await KeyringHome.WriteAsync(store, $"{name}-{i}", $"{i}");
            }
        }
    }

    [Fact]
    public async Task WriteAsync_LockHeldElsewhere_TimesOutAndThenWorks()
    {
        await using ISecretStore store = _home.Open(("lock_timeout_seconds", "1"));
        await KeyringHome.WriteAsync(store, "k", "old");
        using (KeyringDirectory directory = KeyringDirectory.Open(_home.KeyringDirectory)!)
        using (await KeyringLock.AcquireAsync(directory, "keyring.json", KeyringHome.Patience, TimeProvider.System, KeyringHome.Cancellation))
        {
            StoreException failure = await KeyringHome.FailsAsync(() => KeyringHome.WriteAsync(store, "k", "new"));
            Assert.Equal(StoreError.Timeout, failure.Error);
            Assert.Contains("keyring.json.lock", failure.Message, StringComparison.Ordinal);
            Assert.Equal("old", await KeyringHome.ReadAsync(store, "k"));
        }

        await KeyringHome.WriteAsync(store, "k", "new");
        Assert.Equal("new", await KeyringHome.ReadAsync(store, "k"));
    }

    [Fact]
    public async Task WriteAsync_LeftoversOfAKilledWriter_AreRemovedAndOnlyThey()
    {
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "v");
        foreach (string name in new[] { ".keyring.json.0123456789abcdef.tmp", ".keyring.json.0123456789abcdef.tmp.mine", ".keyring.json.xyz.tmp", ".other.json.0123456789abcdef.tmp" })
        {
            await File.WriteAllTextAsync(Path.Combine(_home.KeyringDirectory, name), "half", KeyringHome.Cancellation);
        }

        await KeyringHome.WriteAsync(store, "k", "v2");
        Assert.Equal(
            [".keyring.json.0123456789abcdef.tmp.mine", ".keyring.json.xyz.tmp", ".other.json.0123456789abcdef.tmp", "keyring.json", "keyring.json.lock"],
            _home.Listing());
    }

    // A time of long ago, and each time another: it is not taken for a file that is being written.
    private void Touch(int times) => File.SetLastWriteTimeUtc(_home.Keyring, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(times));

    private void AddMark(string mark)
    {
        string content = File.ReadAllText(_home.Keyring).TrimEnd();
        string added = $"{content[..^1].TrimEnd()}, \"demo:{mark}\": {{ \"private\": \"{Convert.ToBase64String(Encoding.UTF8.GetBytes(mark))}\" }} }}";
        string temporary = Path.Combine(_home.KeyringDirectory, "other-hand");
        File.WriteAllText(temporary, added);
        File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(temporary, _home.Keyring, overwrite: true);
    }
}

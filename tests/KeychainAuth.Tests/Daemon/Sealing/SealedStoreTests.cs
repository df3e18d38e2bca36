using System.Text;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Sealing;

/// <summary>What somebody who can write what lies on the disk gets out of it: errors, and never a value.</summary>
public sealed class SealedStoreTests : IDisposable
{
    private readonly SealedPlace _place = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task WriteAsync_AnyValue_LeavesNothingOfItBelow()
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "prod", "correct horse battery staple");
        byte[] below = _place.Shelf.Items[("aws", "prod")].Value;
        Assert.Equal(-1, below.AsSpan().IndexOf("horse"u8));
        Assert.Equal("correct horse battery staple".Length + SealedValue.Overhead, below.Length);
        Assert.DoesNotContain("horse", File.ReadAllText(_place.KeyFile), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aws", "prod", "aws", "test")]
    [InlineData("aws", "prod", "github", "prod")]
    [InlineData("aws", "prod", "awsp", "rod")]
    public async Task ReadAsync_ValueMovedToAnotherPlace_IsCorrupt(string service, string target, string otherService, string otherTarget)
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, service, target, "one");
        await SealedPlace.WriteAsync(store, otherService, otherTarget, "other");
        (_place.Shelf.Items[(service, target)], _place.Shelf.Items[(otherService, otherTarget)]) =
            (_place.Shelf.Items[(otherService, otherTarget)], _place.Shelf.Items[(service, target)]);
        await using SealedStore next = _place.Open();
        await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(next, service, target), StoreError.Corrupt);
        await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(next, otherService, otherTarget), StoreError.Corrupt);
    }

    [Fact]
    public async Task ReadAsync_ValueOfAnotherUser_IsRefusedWithAndWithoutItsKeys()
    {
        var theirs = new Shelf();
        await using (SealedStore other = _place.Open(1001, inner: theirs.Open()))
        {
            await SealedPlace.WriteAsync(other, "aws", "prod", "theirs");
        }

        await using (SealedStore own = _place.Open())
        {
            await SealedPlace.WriteAsync(own, "aws", "prod", "own");
        }

        // The box alone: its key is not this user's.
        _place.Shelf.Items[("aws", "prod")] = theirs.Items[("aws", "prod")];
        await using (SealedStore own = _place.Open())
        {
            await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(own, "aws", "prod"), StoreError.Locked);
        }

        // The keys with it, as they are and with the name changed: wrapped for another user.
        string keys = File.ReadAllText(_place.Path(1001));
        foreach (string text in (string[])[keys, keys.Replace("1001", "1000", StringComparison.Ordinal)])
        {
            File.WriteAllText(_place.KeyFile, text);
            await using SealedStore own = _place.Open();
            await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(own, "aws", "prod"), StoreError.Corrupt);
        }
    }

    [Fact]
    public async Task ReadAsync_PlainValuePutThere_IsCorruptAndNotHandedOut()
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "prod", "one");
        _place.Shelf.Items[("aws", "prod")] = (Encoding.UTF8.GetBytes("attacker's"), new Dictionary<string, string>());
        StoreException exception = await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(store, "aws", "prod"), StoreError.Corrupt);
        Assert.Contains("not sealed", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("attacker", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_CutAnywhere_IsCorrupt()
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "prod", "value");
        byte[] whole = _place.Shelf.Items[("aws", "prod")].Value;
        for (int length = 0; length < whole.Length; length++)
        {
            _place.Shelf.Items[("aws", "prod")] = (whole[..length], new Dictionary<string, string>());
            await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(store, "aws", "prod"), StoreError.Corrupt);
        }
    }

    [Fact]
    public async Task ReadAsync_OneBadAmongGood_GivesNoneAndTheGoodAlone()
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "good", "value");
        await SealedPlace.WriteAsync(store, "aws", "bad", "value");
        _place.Shelf.Items[("aws", "bad")].Value[^1] ^= 1;
        await SealedPlace.FailsAsync(async () => await store.ReadAsync("aws", ["good", "bad"], Cancellation), StoreError.Corrupt);
        Assert.Equal("value", await SealedPlace.ReadAsync(store, "aws", "good"));

        // Writing it anew mends it.
        await SealedPlace.WriteAsync(store, "aws", "bad", "mended");
        Assert.Equal("mended", await SealedPlace.ReadAsync(store, "aws", "bad"));
    }

    [Fact]
    public async Task ReadAsync_OlderValuePutBack_IsCorruptWhileTheDaemonRuns()
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "prod", "old");
        (byte[] Value, IReadOnlyDictionary<string, string> Attributes) old = _place.Shelf.Items[("aws", "prod")];
        await SealedPlace.WriteAsync(store, "aws", "prod", "new");
        Assert.Equal("new", await SealedPlace.ReadAsync(store, "aws", "prod"));
        _place.Shelf.Items[("aws", "prod")] = old;
        await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(store, "aws", "prod"), StoreError.Corrupt);

        // The limit that docs/sealing.md states: a daemon that starts afterwards cannot know.
        await using SealedStore next = _place.Open();
        Assert.Equal("old", await SealedPlace.ReadAsync(next, "aws", "prod"));
    }

    [Fact]
    public async Task ReadAsync_DeletedValuePutBack_IsCorruptUntilWrittenAnew()
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "prod", "gone");
        (byte[] Value, IReadOnlyDictionary<string, string> Attributes) old = _place.Shelf.Items[("aws", "prod")];
        Assert.Equal(1, await store.DeleteAsync("aws", ["prod"], Cancellation));
        Assert.Null(await SealedPlace.ReadAsync(store, "aws", "prod"));
        _place.Shelf.Items[("aws", "prod")] = old;
        await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(store, "aws", "prod"), StoreError.Corrupt);
        await SealedPlace.WriteAsync(store, "aws", "prod", "anew");
        Assert.Equal("anew", await SealedPlace.ReadAsync(store, "aws", "prod"));
    }

    [Fact]
    public async Task ReadAsync_ClockSetBackBetweenDaemons_StillReadsWhatWasWritten()
    {
        await using (SealedStore first = _place.Open())
        {
            await SealedPlace.WriteAsync(first, "aws", "prod", "one");
        }

        _place.Time.Advance(TimeSpan.FromDays(-400));
        await using SealedStore second = _place.Open();
        Assert.Equal("one", await SealedPlace.ReadAsync(second, "aws", "prod"));
        await SealedPlace.WriteAsync(second, "aws", "prod", "two");
        Assert.Equal("two", await SealedPlace.ReadAsync(second, "aws", "prod"));
        await SealedPlace.WriteAsync(second, "aws", "unread", "three");
        Assert.Equal("three", await SealedPlace.ReadAsync(second, "aws", "unread"));
    }

    [Fact]
    public async Task ReadAsync_AttributeChangedBelow_IsCorruptAndOneRemovedComesBack()
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "prod", "value", new() { ["user"] = "zoe", ["role"] = "admin" });
        byte[] box = _place.Shelf.Items[("aws", "prod")].Value;
        _place.Shelf.Items[("aws", "prod")] = (box, new Dictionary<string, string> { ["user"] = "mallory", ["role"] = "admin" });
        await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(store, "aws", "prod"), StoreError.Corrupt);

        _place.Shelf.Items[("aws", "prod")] = (box, new Dictionary<string, string> { ["of-the-provider"] = "x" });
        using Secret secret = Assert.Single(await store.ReadAsync("aws", ["prod"], Cancellation));
        Assert.Equal([new("role", "admin"), new("user", "zoe")], secret.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal));
    }

    public static TheoryData<string> Calls => ["probe", "read", "write", "delete", "search", "services"];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task AnyCall_WithoutMasterKey_IsLockedAndNeverEmpty(string call)
    {
        await using (SealedStore empty = _place.Open(masters: MasterKeys.From(null)))
        {
            await AssertRefusesAsync(empty, call, StoreError.Locked);
        }

        await WriteOneAsync();
        await using SealedStore store = _place.Open(masters: MasterKeys.From(null));
        await AssertRefusesAsync(store, call, StoreError.Locked);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task AnyCall_WrongMasterKey_IsLockedAndSaysWhichIsNeeded(string call)
    {
        await WriteOneAsync();
        string needed;
        using (MasterKeys right = _place.Masters())
        {
            needed = right.Ids[0].ToString();
        }

        await using (SealedStore store = _place.Open(masters: MasterKeys.From(SealingKey.Generate())))
        {
            Assert.Contains(needed, await AssertRefusesAsync(store, call, StoreError.Locked), StringComparison.Ordinal);
        }

        await AssertIntactAsync();
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task AnyCall_KeyFileMissing_IsLockedAndMakesNoNewKey(string call)
    {
        await WriteOneAsync();
        string keys = File.ReadAllText(_place.KeyFile);
        File.Delete(_place.KeyFile);
        await using (SealedStore store = _place.Open())
        {
            await AssertRefusesAsync(store, call, StoreError.Locked);
        }

        Assert.False(File.Exists(_place.KeyFile));
        File.WriteAllText(_place.KeyFile, keys);
        await AssertIntactAsync();
    }

    [Fact]
    public async Task WriteAsync_KeyFileRemovedWhileRunning_IsRefusedAndReadsGoOn()
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "prod", "value");
        string keys = File.ReadAllText(_place.KeyFile);
        File.Delete(_place.KeyFile);
        await SealedPlace.FailsAsync(() => SealedPlace.WriteAsync(store, "aws", "more", "value"), StoreError.Locked);
        Assert.Equal("value", await SealedPlace.ReadAsync(store, "aws", "prod"));
        File.WriteAllText(_place.KeyFile, keys);
        await SealedPlace.WriteAsync(store, "aws", "more", "value");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"version":1,"user_id":1000,"keys":null}""")]
    [InlineData("""{"version":1,"user_id":1000,"keys":[]}""")]
    [InlineData("""{"version":1,"user_id":1000,"keys":[null]}""")]
    [InlineData("""{"version":2,"user_id":1000,"keys":[{"id":"0000000000000001","state":"current","wrapped_by":"0000000000000001","wrapped":""}]}""")]
    [InlineData("""{"version":1,"user_id":1000,"keys":[{"id":"1","state":"current","wrapped_by":"0000000000000001","wrapped":""}]}""")]
    [InlineData("""{"version":1,"user_id":1000,"keys":[{"id":"0000000000000001","state":"current","wrapped_by":null,"wrapped":""}]}""")]
    [InlineData("""{"version":1,"user_id":1000,"keys":[{"id":"0000000000000001","state":"current","wrapped_by":"0000000000000001","wrapped":"!"}]}""")]
    [InlineData("""{"version":1,"user_id":1000,"keys":[{"id":"0000000000000001","state":"retiring","wrapped_by":"0000000000000001","wrapped":""}]}""")]
    public async Task AnyCall_KeyFileBroken_IsCorruptAndLeavesIt(string content)
    {
        await WriteOneAsync();
        File.WriteAllText(_place.KeyFile, content);
        foreach (string call in Calls)
        {
            await using SealedStore store = _place.Open();
            await AssertRefusesAsync(store, call, StoreError.Corrupt);
        }

        Assert.Equal(content, File.ReadAllText(_place.KeyFile));
    }

    [Fact]
    public async Task AnyCall_AnyByteOfTheWrappedKeyChanged_IsCorrupt()
    {
        await WriteOneAsync();
        string text = File.ReadAllText(_place.KeyFile);
        string wrapped = System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("keys")[0].GetProperty("wrapped").GetString()!;
        byte[] box = Convert.FromBase64String(wrapped);
        for (int i = 12; i < box.Length; i += 5)
        {
            byte[] changed = [.. box];
            changed[i] ^= 0x10;
            File.WriteAllText(_place.KeyFile, text.Replace(wrapped, Convert.ToBase64String(changed), StringComparison.Ordinal));
            await using SealedStore store = _place.Open();
            await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(store, "aws", "prod"), StoreError.Corrupt);
        }
    }

    [Fact]
    public async Task ProbeAsync_Always_WritesNothing()
    {
        await using (SealedStore store = _place.Open())
        {
            Assert.Equal(StoreState.Ready, (await store.ProbeAsync(Cancellation)).State);
            Assert.False(File.Exists(_place.KeyFile));
        }

        await WriteOneAsync();
        _place.PreviousMaster = _place.Master;
        _place.Master = [.. _place.Master.Reverse()];
        string before = File.ReadAllText(_place.KeyFile);
        await using SealedStore next = _place.Open();
        Assert.Equal(StoreState.Ready, (await next.ProbeAsync(Cancellation)).State);
        Assert.Equal("value", await SealedPlace.ReadAsync(next, "aws", "prod"));
        Assert.Equal(before, File.ReadAllText(_place.KeyFile));
    }

    [Fact]
    public async Task WriteAsync_BeyondTheLimitOfTheStoreBelow_IsTooLargeAndSaysWhatSealingAdds()
    {
        _place.Shelf.MaxValueBytes = 200;
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "fits", new string('x', 200 - SealedValue.Overhead));
        StoreException exception = await SealedPlace.FailsAsync(
            () => SealedPlace.WriteAsync(store, "aws", "prod", new string('x', 201 - SealedValue.Overhead)), StoreError.TooLarge);
        Assert.Contains("200 bytes", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{SealedValue.Overhead} bytes", exception.Message, StringComparison.Ordinal);
        Assert.Null(await SealedPlace.ReadAsync(store, "aws", "prod"));
    }

    [Fact]
    public async Task ReadAsync_BesideAWriterOfTheSameTarget_NeverTakesItForPutBack()
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "prod", "0");
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    Assert.NotNull(await SealedPlace.ReadAsync(store, "aws", "prod"));
                }
            },
            Cancellation))];
        for (int i = 1; i <= 300; i++)
        {
            await SealedPlace.WriteAsync(store, "aws", "prod", $"{i}");
        }

        await done.CancelAsync();
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [Fact]
    public async Task ListServicesAsync_StoreThatCannot_SaysSo()
    {
        await using SealedStore store = _place.Open(inner: new FakeSecretStore());
        await SealedPlace.WriteAsync(store, "aws", "prod", "value");
        await SealedPlace.FailsAsync(async () => await store.ListServicesAsync(Cancellation), StoreError.Unavailable);
    }

    private async Task WriteOneAsync()
    {
        await using SealedStore store = _place.Open();
        await SealedPlace.WriteAsync(store, "aws", "prod", "value");
    }

    private async Task AssertIntactAsync()
    {
        await using SealedStore store = _place.Open();
        Assert.Equal("value", await SealedPlace.ReadAsync(store, "aws", "prod"));
    }

    private static async Task<string> AssertRefusesAsync(SealedStore store, string call, StoreError error)
    {
        if (call == "probe")
        {
            StoreHealth health = await store.ProbeAsync(Cancellation);
            Assert.Equal(error == StoreError.Locked ? StoreState.Locked : StoreState.Unavailable, health.State);
            return health.Message;
        }

        return (await SealedPlace.FailsAsync(
            async () => _ = call switch
            {
                "read" => (object)await store.ReadAsync("aws", ["prod"], Cancellation),
                "write" => await WriteAsync(),
                "delete" => await store.DeleteAsync("aws", ["prod"], Cancellation),
                "search" => await store.SearchAsync("aws", [], Cancellation),
                _ => await store.ListServicesAsync(Cancellation),
            },
            error)).Message;

        async Task<bool> WriteAsync()
        {
            await SealedPlace.WriteAsync(store, "aws", "prod", "other");
            return true;
        }
    }
}

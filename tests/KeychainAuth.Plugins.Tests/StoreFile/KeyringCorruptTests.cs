using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreFile;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreFile;

/// <summary>A file that cannot be understood is refused with its place, for every call, and never overwritten.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyringCorruptTests : IDisposable
{
    private readonly KeyringHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("", "0 bytes")]
    [InlineData(" ", "line 1, byte ")]
    [InlineData("null", "line 1, byte 1")]
    [InlineData("[]", "line 1, byte 1")]
    [InlineData("{", "line 1, byte ")]
    [InlineData("{\n  \"demo:k\": { \"private\": \"djE=\"", "line 2, byte ")]
    [InlineData("{\n\n  \"demo:k\": 5\n}", "line 3, byte 13")]
    [InlineData("{\"demo:k\":{\"public\":\"\"}}", "without 'private' (line 1, byte 11)")]
    [InlineData("{\"demo:k\":{\"private\":5}}", "line 1, byte 22")]
    [InlineData("{\"demo:k\":{\"private\":\"S3CR3T!\"}}", "not base64 (line 1, byte 22)")]
    [InlineData("{\"demo:k\":{\"private\":\"S3CR3TA\"}}", "not base64")]
    [InlineData("{\"demo:k\":{\"private\":\"djE\\ud800\"}}", "not valid Unicode")]
    [InlineData("{\"demo:\\ud800\":{\"private\":\"djE=\"}}", "not valid Unicode")]
    [InlineData("{\"demo:k\":{\"private\":\"djE=\",\"attributes\":[]}}", "'attributes'")]
    [InlineData("{\"demo:k\":{\"private\":\"djE=\",\"attributes\":{\"a\":1}}}", "each attribute")]
    [InlineData("{\"demo:k\":{\"private\":\"djE=\"}} trailing", "line 1, byte ")]
    [InlineData("{\"demo:k\":{\"private\":\"djE=\"}}{}", "line 1, byte ")]
    [InlineData("{\"demo:k\":{\"private\":\"djE=\"},}", "line 1, byte ")]
    [InlineData("// comment\n{}", "line 1, byte 1")]
    public async Task AnyCall_CorruptFile_SaysWhereAndLeavesItAlone(string content, string place)
    {
        _home.Place(content);
        SetOld();
        await using ISecretStore store = _home.Open();
        StoreException[] failures =
        [
            await KeyringHome.FailsAsync(async () => _ = await KeyringHome.ReadAsync(store, "k")),
            await KeyringHome.FailsAsync(() => KeyringHome.WriteAsync(store, "k", "new")),
            await KeyringHome.FailsAsync(async () => _ = await store.DeleteAsync("demo", ["k"], KeyringHome.Cancellation)),
            await KeyringHome.FailsAsync(async () => _ = await store.SearchAsync("demo", [], KeyringHome.Cancellation)),
        ];
        Assert.All(failures, failure =>
        {
            Assert.Equal(StoreError.Corrupt, failure.Error);
            Assert.Contains(place, failure.Message, StringComparison.Ordinal);
            Assert.Contains(_home.Keyring, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("S3CR3T", failure.ToString(), StringComparison.Ordinal);
        });
        StoreHealth health = await KeyringHome.ProbeAsync(store);
        Assert.Equal(StoreState.Unavailable, health.State);
        Assert.Contains(place, health.Message, StringComparison.Ordinal);
        Assert.Equal(content, Encoding.UTF8.GetString(File.ReadAllBytes(_home.Keyring)));
        Assert.DoesNotContain(_home.Listing(), name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadAsync_TooDeep_IsCorrupt()
    {
        string deep = new string('[', 100) + new string(']', 100);
        _home.Place($"{{\"x\":{deep}}}");
        SetOld();
        await using ISecretStore store = _home.Open();
        StoreException failure = await KeyringHome.FailsAsync(async () => _ = await KeyringHome.ReadAsync(store, "k"));
        Assert.Equal(StoreError.Corrupt, failure.Error);
    }

    [Fact]
    public async Task ReadAsync_FileBeyondTheLimit_IsCorruptAndNotRead()
    {
        _home.Place("{}");
        using (FileStream file = File.Open(_home.Keyring, FileMode.Open))
        {
            file.SetLength(KeyringFormat.MaxFileBytes + 1L);
        }

        SetOld();
        await using ISecretStore store = _home.Open();
        StoreException failure = await KeyringHome.FailsAsync(async () => _ = await KeyringHome.ReadAsync(store, "k"));
        Assert.Equal(StoreError.Corrupt, failure.Error);
        Assert.Contains("more than", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_CorruptThenMended_ServesAgain()
    {
        _home.Place("""{"demo:k":{"private":"djE="}}""");
        await using ISecretStore store = _home.Open();
        Assert.Equal("v1", await KeyringHome.ReadAsync(store, "k"));
        _home.Place("""{"demo:k":{"priv""");
        SetOld();
        StoreException failure = await KeyringHome.FailsAsync(async () => _ = await KeyringHome.ReadAsync(store, "k"));
        Assert.Equal(StoreError.Corrupt, failure.Error);
        _home.Place("""{"demo:k":{"private":"djI="}}""");
        Assert.Equal("v2", await KeyringHome.ReadAsync(store, "k"));
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1000, false)]
    public async Task ReadAsync_HalfWrittenByAnotherTool_WaitsForTheRest(int millisecondsAgo, bool isWaitedFor)
    {
        _home.Place("""{"demo:k":{"priv""");
        var time = new KeyringTime { Now = new DateTimeOffset(File.GetLastWriteTimeUtc(_home.Keyring)).AddMilliseconds(millisecondsAgo) };
        int asked = 0;
        time.WhenAsked = () =>
        {
            // First as it is read; then as it was found to be half written, and when.
            if (++asked == 2)
            {
                _home.Place("""{"demo:k":{"private":"djI="}}""");
            }
        };
        await using ISecretStore store = _home.Open(time);
        if (isWaitedFor)
        {
            Assert.Equal("v2", await KeyringHome.ReadAsync(store, "k"));
        }
        else
        {
            Assert.Equal(StoreError.Corrupt, (await KeyringHome.FailsAsync(() => KeyringHome.ReadAsync(store, "k"))).Error);
        }
    }

    // A file written just now may still be in the making, and is given a moment; these are finished.
    private void SetOld() => File.SetLastWriteTimeUtc(_home.Keyring, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
}

using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreCredman;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreCredman;

/// <summary>Credentials that other tools wrote, and other tools that read ours.</summary>
public sealed class OtherToolsTests : IAsyncLifetime
{
    private readonly FakeCredentials _credentials = new();
    private readonly CredmanStore _store;

    public OtherToolsTests() => _store = new CredmanStore(_credentials, new StoreLock(name: null), new CredmanSettings());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task WriteAsync_OrdinaryName_IsWhatOtherToolsRead()
    {
        await WriteAsync("aws", "prod/key", "value"u8.ToArray(), new() { ["user"] = "me" });
        using Credential? written = _credentials.Read("aws:prod/key");
        Assert.NotNull(written);
        Assert.Equal("prod/key", written.UserName);
        Assert.Equal("value"u8.ToArray(), written.Blob.Span.ToArray());
        Assert.Equal("me", written.Attributes["user"]);
        Assert.Equal(["aws:prod/key"], _credentials.Names);
    }

    [Fact]
    public async Task ReadAsync_WrittenByAnotherTool_IsFoundUnderItsExactName()
    {
        _credentials.Put("Aws:Prod/Key", "Prod/Key", "theirs"u8.ToArray(), new() { ["a"] = "b" });
        Assert.Equal("theirs"u8.ToArray(), await ReadAsync("Aws", "Prod/Key"));
        Assert.Null(await ReadAsync("aws", "prod/key"));
        Assert.Null(await ReadAsync("Aws", "prod/key"));
        SecretDescriptor found = Assert.Single(await _store.SearchAsync("Aws", [], Cancellation));
        Assert.Equal(("Prod/Key", "b"), (found.Target, found.Attributes["a"]));
        Assert.Empty(await _store.SearchAsync("aws", [], Cancellation));
        Assert.Equal(["Aws"], await _store.ListServicesAsync(Cancellation));
    }

    [Fact]
    public async Task WriteAsync_OverAnotherToolsCredential_ReplacesIt()
    {
        _credentials.Put("Aws:Prod", "Prod", "theirs"u8.ToArray());
        await WriteAsync("Aws", "Prod", "ours"u8.ToArray());
        Assert.Equal(["%41ws:%50rod"], _credentials.Names);
        Assert.Equal("ours"u8.ToArray(), await ReadAsync("Aws", "Prod"));
    }

    [Fact]
    public async Task DeleteAsync_BothForms_NoneComesBack()
    {
        _credentials.Put("%41ws:%50rod", "Prod", "ours"u8.ToArray());
        _credentials.Put("Aws:Prod", "Prod", "theirs"u8.ToArray());
        Assert.Equal(1, await _store.DeleteAsync("Aws", ["Prod"], Cancellation));
        Assert.Empty(_credentials.Names);
    }

    [Theory]
    [InlineData("git:https://example.org", "PersonalAccessToken")]
    [InlineData("demo:key", "KEY")]
    [InlineData("demo:key", "")]
    [InlineData("+keychain-auth+a+b+0", "key")]
    public async Task AnyCall_CredentialOfAnotherKind_IsNeitherReadNorDeleted(string name, string user)
    {
        _credentials.Put(name, user, "not for us"u8.ToArray());
        string before = _credentials.Fingerprint;
        foreach (string service in (string[])["git", "demo", "+keychain-auth+a+b+0"])
        {
            Assert.Empty(await _store.SearchAsync(service, [], Cancellation));
            Assert.Null(await ReadAsync(service, "key"));
            Assert.Null(await ReadAsync(service, "https://example.org"));
            if (!name.StartsWith('+'))
            {
                Assert.Equal(0, await _store.DeleteAsync(service, ["key", "https://example.org"], Cancellation));
                Assert.Equal(before, _credentials.Fingerprint);
            }
        }

        Assert.Empty(await _store.ListServicesAsync(Cancellation));
    }

    [Fact]
    public async Task WriteAsync_NameOfAnotherToolsCredential_IsNotOverwritten()
    {
        _credentials.Put("git:https://example.org", "PersonalAccessToken", "theirs"u8.ToArray());
        string before = _credentials.Fingerprint;
        StoreException refusal = await Assert.ThrowsAsync<StoreException>(() => WriteAsync("git", "https://example.org", [1]));
        Assert.Equal(StoreError.Corrupt, refusal.Error);
        Assert.Equal(before, _credentials.Fingerprint);
    }

    [Fact]
    public async Task ReadAsync_ValueThatLooksLikeAnIndex_IsAValue()
    {
        // A program that may write only its own must not make the store read another's pieces.
        await WriteAsync("victim", "large", new byte[5000]);
        byte[] index = _credentials.Blob("victim:large");
        await WriteAsync("attacker", "x", index);
        Assert.Equal(index, await ReadAsync("attacker", "x"));
    }

    [Fact]
    public async Task ReadAsync_PieceMissing_IsCorruptAndNotAbsent()
    {
        await WriteAsync("svc", "large", new byte[5000]);
        _credentials.Delete(_credentials.Names.First(name => name.StartsWith('+')));
        StoreException damage = await Assert.ThrowsAsync<StoreException>(() => ReadAsync("svc", "large"));
        Assert.Equal(StoreError.Corrupt, damage.Error);
        await WriteAsync("svc", "large", "anew"u8.ToArray());
        Assert.Equal("anew"u8.ToArray(), await ReadAsync("svc", "large"));
        Assert.Equal(["svc:large"], _credentials.Names);
    }

    [Theory]
    [InlineData(65, 1, 1)]
    [InlineData(1, 257, 1)]
    [InlineData(1, 1, 257)]
    public async Task WriteAsync_AttributesBeyondTheLimits_AreRefusedAndNothingIsWritten(int count, int nameLength, int valueLength)
    {
        Dictionary<string, string> attributes = Enumerable.Range(0, count)
            .ToDictionary(i => i.ToString("D3", System.Globalization.CultureInfo.InvariantCulture).PadLeft(nameLength, 'n'), _ => new string('v', valueLength));
        StoreException refusal = await Assert.ThrowsAsync<StoreException>(() => WriteAsync("svc", "t", [1], attributes));
        Assert.Equal(StoreError.TooLarge, refusal.Error);
        Assert.Empty(_credentials.Names);
    }

    [Fact]
    public async Task WriteAsync_AttributesAtTheLimits_AreKept()
    {
        Dictionary<string, string> attributes = Enumerable.Range(0, 64)
            .ToDictionary(i => i.ToString("D3", System.Globalization.CultureInfo.InvariantCulture).PadLeft(256, 'n'), _ => new string('v', 256));
        await WriteAsync("svc", "t", new byte[2560], attributes);
        Assert.Equal(attributes, Assert.Single(await _store.SearchAsync("svc", [], Cancellation)).Attributes);
    }

    private async Task WriteAsync(string service, string target, byte[] value, Dictionary<string, string>? attributes = null)
    {
        using Secret secret = new(target, new SecretBuffer(value), attributes);
        await _store.WriteAsync(service, [secret], Cancellation);
    }

    private async Task<byte[]?> ReadAsync(string service, string target)
    {
        using Secret? secret = (await _store.ReadAsync(service, [target], Cancellation)).SingleOrDefault();
        return secret?.Value.Span.ToArray();
    }
}

using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>
/// The store beside <c>secret-tool</c>, an independent client, on the real GNOME Keyring: who finds what of whom, and how a
/// locked keyring reads.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class GnomeKeyringTests(GnomeKeyringFixture provider) : IClassFixture<GnomeKeyringFixture>, IAsyncLifetime
{
    private readonly string _service = $"demo-{Guid.NewGuid():N}";
    private readonly ISecretStore _store = provider.Open();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _store.DisposeAsync();

    [Theory]
    [InlineData("plain")]
    [InlineData("ключ-密钥-🔑")]
    [InlineData("a:b/c \"quoted\" {USERNAME}")]
    public async Task WriteAsync_AnyTarget_SecretToolReadsIt(string target)
    {
        await WriteAsync(target, "value of " + target, new() { ["kind"] = "test" });
        Assert.Equal("value of " + target, await provider.Bus.RunOkAsync("secret-tool", ["lookup", "service", _service, "username", target]));
        string all = await provider.Bus.RunOkAsync("secret-tool", ["search", "--all", "service", _service, "username", target]);
        Assert.Contains($"label = Password for '{target}' on '{_service}'", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_WrittenBySecretTool_IsFoundWithAndWithoutASchema()
    {
        await StoreWithToolAsync("theirs", "their value", "application", "other");
        await StoreWithToolAsync("generic", "generic value", "xdg:schema", "org.freedesktop.Secret.Generic");
        Assert.Equal("their value", await ReadAsync("theirs"));
        Assert.Equal("generic value", await ReadAsync("generic"));
        IReadOnlyList<SecretDescriptor> found = await _store.SearchAsync(_service, [], Cancellation);
        Assert.Equal(["generic", "theirs"], found.Select(item => item.Target).Order(StringComparer.Ordinal));
        Assert.All(found, item => Assert.Empty(item.Attributes));
    }

    [Fact]
    public async Task WriteAsync_OverAForeignItem_ReplacesItAndKeepsItsAttributes()
    {
        await StoreWithToolAsync("shared", "old", "application", "other");
        await WriteAsync("shared", "new", new() { ["kind"] = "test" });
        string all = await provider.Bus.RunOkAsync("secret-tool", ["search", "--all", "service", _service]);
        Assert.Equal(1, CountItems(all));
        Assert.Equal("new", await provider.Bus.RunOkAsync("secret-tool", ["lookup", "service", _service, "username", "shared", "application", "other"]));
        Assert.Equal("test", Assert.Single(await _store.SearchAsync(_service, [], Cancellation)).Attributes["kind"]);

        // And the other way about: what the other tool stores again is what is read.
        await StoreWithToolAsync("shared", "theirs again", "application", "other");
        Assert.Equal("theirs again", await ReadAsync("shared"));
    }

    [Fact]
    public async Task ReadAsync_SeveralItemsOfOneTarget_AreOneChoiceAndDeletedTogether()
    {
        await StoreWithToolAsync("twice", "first", "application", "one");
        await StoreWithToolAsync("twice", "second", "application", "two");
        string? chosen = await ReadAsync("twice");
        Assert.Contains(chosen, (string[])["first", "second"]);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(chosen, await ReadAsync("twice"));
        }

        Assert.Single(await _store.SearchAsync(_service, [], Cancellation));
        await WriteAsync("twice", "third");
        Assert.Equal("third", await ReadAsync("twice"));
        Assert.Equal(1, await _store.DeleteAsync(_service, ["twice"], Cancellation));
        Assert.Null(await ReadAsync("twice"));
        Assert.Equal(0, CountItems((await provider.Bus.RunAsync("secret-tool", ["search", "--all", "service", _service])).Output));
    }

    /// <summary>Where an item was last time is only a guess: what a path names may be another item by now.</summary>
    [Fact]
    public async Task ReadAsync_AnotherToolChangedItSinceTheLastRead_ReturnsWhatIsThereNow()
    {
        await StoreWithToolAsync("one", "first of one");
        await StoreWithToolAsync("other", "first of other");
        Assert.Equal("first of one", await ReadAsync("one"));
        Assert.Equal("first of other", await ReadAsync("other"));

        await ClearWithToolAsync("one");
        Assert.Null(await ReadAsync("one"));
        await ClearWithToolAsync("other");
        await StoreWithToolAsync("other", "second of other");
        await StoreWithToolAsync("one", "second of one");
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal("second of one", await ReadAsync("one"));
            Assert.Equal("second of other", await ReadAsync("other"));
        }

        await StoreWithToolAsync("one", "third of one");
        Assert.Equal("third of one", await ReadAsync("one"));
    }

    [Fact]
    public async Task ListServicesAsync_ForeignServices_AreLeftOut()
    {
        string foreign = _service + "-foreign";
        await provider.Bus.RunOkAsync("secret-tool", ["store", "--label=x", "service", foreign, "username", "k"], "v");
        await WriteAsync("ours", "v");
        IReadOnlyList<string> services = await ((IServiceEnumeration)_store).ListServicesAsync(Cancellation);
        Assert.Contains(_service, services);
        Assert.DoesNotContain(foreign, services);
    }

    [Fact]
    public async Task ReadAsync_NamedCollection_IsFoundByLabelAndPathAndKeptApart()
    {
        await WriteAsync("here", "v");
        foreach (string name in (string[])["Login", "login"])
        {
            await using ISecretStore named = provider.Open(("collection", name));
            Assert.Equal("v", await SecretServiceStores.ReadAsync(named, "here", _service));
        }

        await using ISecretStore session = provider.Open(("collection", "session"));
        Assert.Null(await SecretServiceStores.ReadAsync(session, "here", _service));
        await using ISecretStore nowhere = provider.Open(("collection", "No Such Keyring"));
        StoreException failure = await SecretServiceStores.FailsAsync(StoreError.Locked, () => SecretServiceStores.ReadAsync(nowhere, "here", _service));
        Assert.Contains("'No Such Keyring'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_ManyValuesOfAnyBytes_ComeBackThroughNewSessions()
    {
        for (int round = 0; round < 20; round++)
        {
            byte[] value = RandomNumberGenerator.GetBytes(round * 7);
            await using ISecretStore writer = provider.Open();
            await SecretServiceStores.WriteAsync(writer, _service, "bytes", value);
            await using ISecretStore reader = provider.Open();
            using Secret read = Assert.Single(await reader.ReadAsync(_service, ["bytes"], Cancellation));
            Assert.Equal(value, read.Value.Span.ToArray());
        }
    }

    private Task WriteAsync(string target, string value, Dictionary<string, string>? attributes = null) =>
        SecretServiceStores.WriteAsync(_store, _service, target, Encoding.UTF8.GetBytes(value), attributes);

    private Task<string?> ReadAsync(string target) => SecretServiceStores.ReadAsync(_store, target, _service);

    private Task<string> StoreWithToolAsync(string target, string value, params string[] further) =>
        provider.Bus.RunOkAsync("secret-tool", ["store", "--label=foreign", "service", _service, "username", target, .. further], value);

    private Task<string> ClearWithToolAsync(string target) => provider.Bus.RunOkAsync("secret-tool", ["clear", "service", _service, "username", target]);

    private static int CountItems(string listing) => listing.Split('\n').Count(line => line.StartsWith("label = ", StringComparison.Ordinal));
}

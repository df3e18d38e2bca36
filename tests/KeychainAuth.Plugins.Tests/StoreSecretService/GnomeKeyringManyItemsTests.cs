using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>A thousand items in a keyring of their own: GNOME Keyring writes all of it at each change.</summary>
[SupportedOSPlatform("linux")]
public sealed class GnomeKeyringManyItemsTests(GnomeKeyringFixture provider) : IClassFixture<GnomeKeyringFixture>
{
    private const string Service = "many";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_AThousandItems_AreReadSearchedAndDeleted()
    {
        await using ISecretStore store = provider.Open();
        string[] targets = [.. Enumerable.Range(0, 1000).Select(i => $"item-{i:0000}")];
        Secret[] secrets = [.. targets.Select(target => new Secret(target, new SecretBuffer(Encoding.UTF8.GetBytes("value of " + target))))];
        await store.WriteAsync(Service, secrets, Cancellation);
        IReadOnlyList<Secret> found = await store.ReadAsync(Service, targets, Cancellation);
        Assert.Equal(1000, found.Count);
        Assert.All(found, secret => Assert.Equal("value of " + secret.Target, Encoding.UTF8.GetString(secret.Value.Span)));
        Assert.Equal(10, (await store.SearchAsync(Service, ["item-012"], Cancellation)).Count);
        Assert.Equal(100, await store.DeleteAsync(Service, targets[..100], Cancellation));
        Assert.Equal(targets[100..], (await store.SearchAsync(Service, [], Cancellation)).Select(item => item.Target).Order(StringComparer.Ordinal));
    }
}

using Xunit;

namespace KeychainAuth.Plugin.Testing;

public abstract partial class SecretStoreConformance
{
    /// <summary>An empty service lists nothing.</summary>
    [Fact]
    public async Task SearchAsync_NothingWritten_ReturnsNothing()
    {
        ISecretStore store = await OpenAsync();
        Assert.Empty(await SearchAsync(store, Service));
        Assert.Empty(await SearchAsync(store, Service, "p"));
    }

    /// <summary>A prefix selects ordinally: no case folding, no wildcards, the prefix itself included.</summary>
    /// <param name="prefix">What is asked for.</param>
    /// <param name="expected">What must be found, separated by blanks.</param>
    [Theory]
    [InlineData("p:", "p: p:a p:b")]
    [InlineData("p", "p p: p:a p:b p;")]
    [InlineData("P", "P:a")]
    [InlineData("p:a", "p:a")]
    [InlineData("p:ab", "")]
    [InlineData("*", "*")]
    [InlineData("%", "")]
    [InlineData("é", "é:1")]
    [InlineData("e", "")]
    public async Task SearchAsync_Prefix_SelectsOrdinally(string prefix, string expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ISecretStore store = await OpenAsync();
        string[] targets = ["p", "p:", "p:a", "p:b", "p;", "P:a", "*", "é:1", "o", "q"];
        await WriteAsync(store, Service, [.. targets.Select(target => (target, Bytes("v")))]);
        Assert.Equal(
            expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            await SearchAsync(store, Service, prefix));
    }

    /// <summary>Several prefixes select their union, each target once.</summary>
    [Fact]
    public async Task SearchAsync_OverlappingPrefixes_ReturnsEachTargetOnce()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("a", Bytes("1")), ("ab", Bytes("2")), ("b", Bytes("3")), ("c", Bytes("4")));
        Assert.Equal(["a", "ab", "b"], await SearchAsync(store, Service, "a", "ab", "b", "a"));
    }

    /// <summary>A listing stays in its service.</summary>
    [Fact]
    public async Task SearchAsync_OtherServices_AreNotListed()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("mine", Bytes("1")));
        await WriteAsync(store, Service + "-other", ("theirs", Bytes("2")));
        Assert.Equal(["mine"], await SearchAsync(store, Service));
        Assert.Equal(["theirs"], await SearchAsync(store, Service + "-other"));
    }
}

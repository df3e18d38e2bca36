using System.Security.Cryptography;
using Xunit;

namespace KeychainAuth.Plugin.Testing;

public abstract partial class SecretStoreConformance
{
    /// <summary>What was never written is absent, and not an error.</summary>
    [Fact]
    public async Task ReadAsync_NothingWritten_ReturnsNothing()
    {
        ISecretStore store = await OpenAsync();
        Assert.Empty(await ReadAsync(store, Service, "absent"));
    }

    /// <summary>No targets, nothing read.</summary>
    [Fact]
    public async Task ReadAsync_NoTargets_ReturnsNothing()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("one", Bytes("1")));
        Assert.Empty(await ReadAsync(store, Service));
    }

    /// <summary>A value comes back as it was written; absent targets beside it stay absent.</summary>
    [Fact]
    public async Task ReadAsync_SomeWritten_ReturnsTheseOnly()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("one", Bytes("first")), ("two", Bytes("second")));
        Dictionary<string, byte[]> values = await ReadAsync(store, Service, "two", "absent", "one");
        Assert.Equal(2, values.Count);
        Assert.Equal(Bytes("first"), values["one"]);
        Assert.Equal(Bytes("second"), values["two"]);
    }

    /// <summary>Each read hands out buffers of its own: zeroing one must not reach what is stored.</summary>
    [Fact]
    public async Task ReadAsync_EarlierResultZeroed_ReturnsTheValueAgain()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("one", Bytes("value")));
        foreach (Secret secret in await Within(store.ReadAsync(Service, ["one"], Cancellation)))
        {
            secret.Value.Span.Clear();
            secret.Dispose();
        }

        Assert.Equal(Bytes("value"), (await ReadAsync(store, Service, "one"))["one"]);
    }

    /// <summary>The caller keeps its secrets: the store neither disposes nor changes them, and copies before it returns.</summary>
    [Fact]
    public async Task WriteAsync_CallerZeroesAfterwards_KeepsTheValue()
    {
        ISecretStore store = await OpenAsync();
        using (Secret secret = new("one", new SecretBuffer(Bytes("value"))))
        {
            await Within(store.WriteAsync(Service, [secret], Cancellation));
            Assert.Equal(Bytes("value"), secret.Value.Span.ToArray());
            secret.Value.Span.Clear();
        }

        Assert.Equal(Bytes("value"), (await ReadAsync(store, Service, "one"))["one"]);
    }

    /// <summary>The empty value is a value.</summary>
    [Fact]
    public async Task WriteAsync_EmptyValue_IsPresentAndEmpty()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("empty", []));
        Assert.Empty(Assert.Single(await ReadAsync(store, Service, "empty")).Value);
        Assert.Equal(["empty"], await SearchAsync(store, Service));
    }

    /// <summary>Values are bytes, not text: all of them survive, in every position, zero and invalid UTF-8 included.</summary>
    [Fact]
    public async Task WriteAsync_EveryByte_ComesBack()
    {
        ISecretStore store = await OpenAsync();
        byte[] value = [.. Enumerable.Range(0, 256).Select(i => (byte)i), 0, 0xC3, 0x28, 0xFF, 0x0D, 0x0A, 0];
        await WriteAsync(store, Service, ("bytes", value));
        Assert.Equal(value, (await ReadAsync(store, Service, "bytes"))["bytes"]);
    }

    /// <summary>Lengths around the multiples that encodings pad to.</summary>
    /// <param name="length">The value's length.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public async Task WriteAsync_Length_ComesBack(int length)
    {
        ISecretStore store = await OpenAsync();
        byte[] value = RandomNumberGenerator.GetBytes(length);
        await WriteAsync(store, Service, ("random", value));
        Assert.Equal(value, (await ReadAsync(store, Service, "random"))["random"]);
    }

    /// <summary>A value of the stated maximum survives.</summary>
    [Fact]
    public async Task WriteAsync_LargestValue_ComesBack()
    {
        ISecretStore store = await OpenAsync();
        byte[] value = RandomNumberGenerator.GetBytes(MaxValueBytes);
        await WriteAsync(store, Service, ("large", value));
        byte[] found = (await ReadAsync(store, Service, "large"))["large"];
        Assert.True(value.AsSpan().SequenceEqual(found), "The largest value came back changed.");
    }

    /// <summary>
    /// Beyond the limit there is a refusal that leaves the old value in place; a backend that states no limit takes four
    /// times what it must.
    /// </summary>
    [Fact]
    public async Task WriteAsync_BeyondTheMaximum_IsRefusedOrTakenAsStated()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("one", Bytes("old")));
        if (RefusedValueBytes is not { } refused)
        {
            byte[] large = RandomNumberGenerator.GetBytes(4 * MaxValueBytes);
            await WriteAsync(store, Service, ("one", large));
            byte[] read = (await ReadAsync(store, Service, "one"))["one"];
            Assert.True(large.AsSpan().SequenceEqual(read), "The large value came back changed.");
            return;
        }

        StoreException exception = await Assert.ThrowsAsync<StoreException>(
            () => WriteAsync(store, Service, ("one", new byte[refused])));
        Assert.Equal(StoreError.TooLarge, exception.Error);
        Assert.Equal(Bytes("old"), (await ReadAsync(store, Service, "one"))["one"]);
    }

    /// <summary>Writing again replaces.</summary>
    [Fact]
    public async Task WriteAsync_Again_Replaces()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("one", Bytes("a long first value")));
        await WriteAsync(store, Service, ("one", Bytes("second")));
        Assert.Equal(Bytes("second"), (await ReadAsync(store, Service, "one"))["one"]);
        Assert.Equal(["one"], await SearchAsync(store, Service));
    }

    /// <summary>Attributes come back with reads and searches.</summary>
    [Fact]
    public async Task WriteAsync_WithAttributes_ReturnsThemWithReadAndSearch()
    {
        ISecretStore store = await OpenAsync();
        Dictionary<string, string> attributes = new() { ["user"] = "zoé <&>", ["empty"] = "", ["quote\"d"] = "back\\slash" };
        await WriteAsync(store, Service, "one", Bytes("1"), attributes);
        using (Secret secret = Assert.Single(await Within(store.ReadAsync(Service, ["one"], Cancellation))))
        {
            AssertContains(attributes, secret.Attributes);
        }

        AssertContains(attributes, Assert.Single(await Within(store.SearchAsync(Service, [], Cancellation))).Attributes);
    }

    /// <summary>A write replaces the attributes too; none of the old ones remain.</summary>
    [Fact]
    public async Task WriteAsync_OtherAttributes_ReplacesThem()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, "one", Bytes("1"), new() { ["old"] = "gone", ["both"] = "1" });
        await WriteAsync(store, Service, "one", Bytes("1"), new() { ["both"] = "2" });
        SecretDescriptor found = Assert.Single(await Within(store.SearchAsync(Service, [], Cancellation)));
        AssertContains(new Dictionary<string, string> { ["both"] = "2" }, found.Attributes);
        Assert.False(found.Attributes.ContainsKey("old"), "An attribute of the earlier write is still there.");
    }
}

using Xunit;

namespace KeychainAuth.Plugin.Testing;

public abstract partial class SecretStoreConformance
{
    /// <summary>A working store says so, with a sentence.</summary>
    [Fact]
    public async Task ProbeAsync_WorkingStore_IsReadyWithAMessage()
    {
        ISecretStore store = await OpenAsync();
        StoreHealth health = await Within(store.ProbeAsync(Cancellation));
        Assert.Equal(StoreState.Ready, health.State);
        Assert.False(string.IsNullOrWhiteSpace(health.Message), "A probe must say in a sentence what it found.");
    }

    /// <summary>Probing writes nothing, neither into an empty store nor into one in use.</summary>
    [Fact]
    public async Task ProbeAsync_Always_WritesNothing()
    {
        ISecretStore store = await OpenAsync();
        string? before = await FingerprintAsync();
        _ = await Within(store.ProbeAsync(Cancellation));
        Assert.Equal(before, await FingerprintAsync());

        await WriteAsync(store, Service, ("one", Bytes("1")));
        before = await FingerprintAsync();
        _ = await Within(store.ProbeAsync(Cancellation));
        Assert.Equal(before, await FingerprintAsync());
        Assert.Equal(["one"], await SearchAsync(store, Service));
    }

    /// <summary>
    /// What was written is there when the store is opened again: value, empty value, attributes. A fake that says it
    /// forgets has forgotten all of it.
    /// </summary>
    [Fact]
    public async Task CreateAsync_AfterWritesAndDispose_FindsThemAgain()
    {
        ISecretStore first = await OpenAsync();
        await WriteAsync(first, Service, ("empty", []), ("gone", Bytes("x")), ("bytes", [0, 255, 10, 13]));
        await WriteAsync(first, Service, "attributed", Bytes("value"), new() { ["name"] = "text" });
        Assert.Equal(1, await Within(first.DeleteAsync(Service, ["gone"], Cancellation)));
        await Within(first.DisposeAsync());

        ISecretStore second = await OpenAsync();
        if (!IsDurable)
        {
            Assert.Empty(await SearchAsync(second, Service));
            return;
        }

        Dictionary<string, byte[]> values = await ReadAsync(second, Service, "empty", "gone", "bytes", "attributed");
        Assert.Equal(3, values.Count);
        Assert.Empty(values["empty"]);
        Assert.Equal([0, 255, 10, 13], values["bytes"]);
        Assert.Equal(Bytes("value"), values["attributed"]);
        AssertContains(
            new Dictionary<string, string> { ["name"] = "text" },
            Assert.Single(await Within(second.SearchAsync(Service, ["attributed"], Cancellation))).Attributes);
    }

    /// <summary>Disposing twice is allowed.</summary>
    [Fact]
    public async Task DisposeAsync_Twice_DoesNothing()
    {
        ISecretStore store = await OpenAsync();
        await Within(store.DisposeAsync());
        await Within(store.DisposeAsync());
    }

    /// <summary>
    /// A call that is cancelled before it begins ends as cancelled, not as a failure of the store, and the store works
    /// on.
    /// </summary>
    [Fact]
    public async Task AnyCall_AlreadyCancelled_ThrowsOperationCanceled()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("one", Bytes("1")));
        CancellationToken cancelled = new(canceled: true);
        using Secret secret = new("two", new SecretBuffer(Bytes("2")));
        await AssertCancelledAsync(async () => _ = await store.ProbeAsync(cancelled));
        await AssertCancelledAsync(async () => _ = await store.ReadAsync(Service, ["one"], cancelled));
        await AssertCancelledAsync(async () => await store.WriteAsync(Service, [secret], cancelled));
        await AssertCancelledAsync(async () => _ = await store.DeleteAsync(Service, ["one"], cancelled));
        await AssertCancelledAsync(async () => _ = await store.SearchAsync(Service, [], cancelled));
        Assert.Equal(["one"], await SearchAsync(store, Service));
    }

    private async Task AssertCancelledAsync(Func<Task> call) =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call().WaitAsync(Timeout, Cancellation));
}

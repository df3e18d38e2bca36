using Xunit;

namespace KeychainAuth.Plugin.Testing;

public abstract partial class SecretStoreConformance
{
    /// <summary>An empty batch is nothing to do.</summary>
    [Fact]
    public async Task WriteAsync_NoSecrets_ChangesNothing()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("one", Bytes("1")));
        await WriteAsync(store, Service);
        Assert.Equal(["one"], await SearchAsync(store, Service));
    }

    /// <summary>A batch of many arrives whole.</summary>
    [Fact]
    public async Task WriteAsync_ManySecrets_AreAllThere()
    {
        ISecretStore store = await OpenAsync();
        (string Target, byte[] Value)[] items = [.. Enumerable.Range(0, 100).Select(i => ($"item-{i:000}", Bytes($"value {i}")))];
        await WriteAsync(store, Service, items);
        Dictionary<string, byte[]> values = await ReadAsync(store, Service, [.. items.Select(item => item.Target)]);
        Assert.Equal(items.Length, values.Count);
        Assert.All(items, item => Assert.Equal(item.Value, values[item.Target]));
    }

    /// <summary>
    /// A batch with a member that fails writes none of the others, or says how many it wrote. It fails by its size where
    /// the backend has a limit, and by cancellation before it begins where it has none.
    /// </summary>
    [Fact]
    public async Task WriteAsync_OneFails_WritesNothingOrWhatItSays()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("first", Bytes("old")));
        int completed = 0;
        if (RefusedValueBytes is { } refused)
        {
            StoreException exception = await Assert.ThrowsAsync<StoreException>(
                () => WriteAsync(store, Service, ("first", Bytes("new")), ("second", new byte[refused]), ("third", Bytes("new"))));
            completed = exception.Completed ?? 0;
        }
        else
        {
            using Secret first = new("first", new SecretBuffer(Bytes("new")));
            using Secret second = new("second", new SecretBuffer(Bytes("new")));
            await AssertCancelledAsync(async () => await store.WriteAsync(Service, [first, second], new CancellationToken(canceled: true)));
        }

        Assert.True(completed == 0 || !BatchesAreAtomic, "A store whose batches are atomic wrote a part of one.");
        Assert.InRange(completed, 0, 1);
        Assert.Equal(Bytes(completed == 1 ? "new" : "old"), (await ReadAsync(store, Service, "first"))["first"]);
        Assert.Equal(["first"], await SearchAsync(store, Service));
    }

    /// <summary>
    /// Readers beside writers see what was written, and where batches are atomic never one item of this batch and
    /// another of the last.
    /// </summary>
    [Fact]
    public async Task WriteAsync_ReadersBeside_SeeWhatWasWritten()
    {
        const int Rounds = 30;
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("left", [0]), ("right", [0]));
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task reader = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    Dictionary<string, byte[]> values = await ReadAsync(store, Service, "left", "right");
                    Assert.InRange(Assert.Single(values["left"]), 0, Rounds);
                    Assert.InRange(Assert.Single(values["right"]), 0, Rounds);
                    Assert.True(!BatchesAreAtomic || values["left"][0] == values["right"][0], "Half of a batch was seen.");
                }
            },
            Cancellation);
        try
        {
            for (byte round = 1; round <= Rounds; round++)
            {
                await WriteAsync(store, Service, ("left", [round]), ("right", [round]));
            }
        }
        finally
        {
            await done.CancelAsync();
            await reader.WaitAsync(Timeout, Cancellation);
        }
    }

    /// <summary>Writers beside one another lose nothing.</summary>
    [Fact]
    public async Task WriteAsync_WritersBeside_LoseNothing()
    {
        const int Writers = 8;
        const int Each = 5;
        ISecretStore store = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    await WriteAsync(store, Service, ($"{writer}-{i}", Bytes($"{writer} {i}")));
                }
            },
            Cancellation))).WaitAsync(Timeout * 2, Cancellation);
        Dictionary<string, byte[]> values = await ReadAsync(
            store, Service, [.. Enumerable.Range(0, Writers * Each).Select(i => $"{i / Each}-{i % Each}")]);
        Assert.Equal(Writers * Each, values.Count);
        Assert.All(values, item => Assert.Equal(Bytes(item.Key.Replace('-', ' ')), item.Value));
    }

    /// <summary>Deleting what is absent is no error and counts as none.</summary>
    [Fact]
    public async Task DeleteAsync_Absent_ReturnsZero()
    {
        ISecretStore store = await OpenAsync();
        Assert.Equal(0, await Within(store.DeleteAsync(Service, ["absent"], Cancellation)));
        Assert.Equal(0, await Within(store.DeleteAsync(Service, [], Cancellation)));
    }

    /// <summary>A deletion counts what existed and leaves the rest.</summary>
    [Fact]
    public async Task DeleteAsync_SomePresent_CountsTheseAndLeavesTheRest()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, ("one", Bytes("1")), ("two", Bytes("2")), ("three", Bytes("3")));
        Assert.Equal(2, await Within(store.DeleteAsync(Service, ["one", "absent", "three"], Cancellation)));
        Assert.Equal(["two"], await SearchAsync(store, Service));
        Assert.Empty(await ReadAsync(store, Service, "one", "three"));
        Assert.Equal(0, await Within(store.DeleteAsync(Service, ["one"], Cancellation)));
    }

    /// <summary>What was deleted can be written anew, without anything of the old.</summary>
    [Fact]
    public async Task WriteAsync_AfterDelete_StartsAnew()
    {
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, "one", Bytes("old"), new() { ["old"] = "yes" });
        Assert.Equal(1, await Within(store.DeleteAsync(Service, ["one"], Cancellation)));
        await WriteAsync(store, Service, ("one", Bytes("new")));
        Assert.Equal(Bytes("new"), (await ReadAsync(store, Service, "one"))["one"]);
        Assert.False(Assert.Single(await Within(store.SearchAsync(Service, [], Cancellation))).Attributes.ContainsKey("old"));
    }
}

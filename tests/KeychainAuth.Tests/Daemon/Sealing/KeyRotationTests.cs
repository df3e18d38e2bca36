using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Daemon.Sealing;

/// <summary>Rotation, cut off at every step it has: nothing is lost, and it can always be finished.</summary>
public sealed class KeyRotationTests : IDisposable
{
    private const int Services = 3;

    // More than one batch in a service.
    private const int Targets = 501;

    private readonly SealedPlace _place = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task FinishAsync_AfterBegin_SealsAllAnewAndDropsTheOldKey()
    {
        await FillAsync();
        KeyId before = KeyIds().Single();
        await using SealedStore store = _place.Open();
        Assert.True(await store.Rotation.BeginAsync(Cancellation));
        Assert.Equal(2, KeyIds().Distinct().Count());
        int seen = 0;
        KeyRotationReport report = await store.Rotation.FinishAsync(count => seen += count, Cancellation);
        Assert.Equal(Services * Targets, report.Resealed);
        Assert.Equal(Services * Targets, seen);
        Assert.Empty(report.Left);
        Assert.NotEqual(before, KeyIds().Single());
        Assert.All(_place.Shelf.Items.Values, item => Assert.Equal(KeyIds().Single(), SealedBox.KeyOf(item.Value)));
        await AssertAllThereAsync(store);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FinishAsync_PowerCutAtAnyChange_LosesNothingAndGoesOn(bool afterIt)
    {
        int cuts = 0;
        for (int change = 1; ; change++)
        {
            if (change > 1)
            {
                _place.Shelf.Items.Clear();
                File.Delete(_place.KeyFile);
            }

            await FillAsync();
            KeyId before = KeyIds().Single();
            _place.Shelf.Revive();
            _place.Shelf.CutAtChange = change;
            _place.Shelf.CutAfterIt = afterIt;
            await using (SealedStore store = _place.Open())
            {
                Assert.True(await store.Rotation.BeginAsync(Cancellation));
                try
                {
                    _ = await store.Rotation.FinishAsync(_ => { }, Cancellation);
                }
                catch (StoreException)
                {
                    Assert.True(_place.Shelf.IsDead);
                }
            }

            bool wasCut = _place.Shelf.IsDead;
            _place.Shelf.Revive();
            await using (SealedStore next = _place.Open())
            {
                await AssertAllThereAsync(next);
                Assert.Equal(wasCut, next.Rotation.IsUnderWay);
                KeyRotationReport? resumed = await next.Rotation.ResumeAsync(Cancellation);
                Assert.Equal(wasCut, resumed is not null);
                Assert.NotEqual(before, KeyIds().Single());
                await AssertAllThereAsync(next);
            }

            if (!wasCut)
            {
                break;
            }

            cuts++;
        }

        // Two batches a service.
        Assert.Equal(Services * 2, cuts);
    }

    [Fact]
    public async Task BeginAsync_CutOffBeforeAnythingIsSealedAnew_BothKeysOpenAndNewValuesUseTheNewOne()
    {
        await FillAsync();
        await using (SealedStore store = _place.Open())
        {
            Assert.True(await store.Rotation.BeginAsync(Cancellation));
            Assert.False(await store.Rotation.BeginAsync(Cancellation));
        }

        await using SealedStore next = _place.Open();
        Assert.True(next.Rotation.IsUnderWay);
        await SealedPlace.WriteAsync(next, "s0", "new", "value");
        Assert.Equal(KeyIds()[0], SealedBox.KeyOf(_place.Shelf.Items[("s0", "new")].Value));
        await AssertAllThereAsync(next);
    }

    [Fact]
    public async Task BeginAsync_UserWithoutSecrets_MakesNoKey()
    {
        await using SealedStore store = _place.Open();
        Assert.False(await store.Rotation.BeginAsync(Cancellation));
        Assert.Null(await store.Rotation.ResumeAsync(Cancellation));
        Assert.False(File.Exists(_place.KeyFile));
    }

    [Fact]
    public async Task FinishAsync_ClientsAndASecondProcessBesideIt_LoseNothing()
    {
        const int Rounds = 40;
        await FillAsync();
        await using SealedStore store = _place.Open();
        await using SealedStore second = _place.Open();
        Task[] clients = [.. new[] { store, second }.Select((client, index) => Task.Run(
            async () =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    await SealedPlace.WriteAsync(client, "s1", $"client-{index}", $"{i}");
                    Assert.Equal($"{i}", await SealedPlace.ReadAsync(client, "s1", $"client-{index}"));
                    await SealedPlace.WriteAsync(client, "s1", $"gone-{index}", "x");
                    Assert.Equal(1, await client.DeleteAsync("s1", [$"gone-{index}"], Cancellation));
                    Assert.Null(await SealedPlace.ReadAsync(client, "s1", $"gone-{index}"));
                }
            },
            Cancellation))];
        int rotations = 0;
        do
        {
            Assert.True(await store.Rotation.BeginAsync(Cancellation));
            Assert.Empty((await store.Rotation.FinishAsync(_ => { }, Cancellation)).Left);
            rotations++;
        }
        while (!Array.TrueForAll(clients, client => client.IsCompleted) || rotations < 3);

        await Task.WhenAll(clients).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.Single(KeyIds());
        await using SealedStore next = _place.Open();
        await AssertAllThereAsync(next);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal($"{Rounds - 1}", await SealedPlace.ReadAsync(next, "s1", $"client-{i}"));
            Assert.Null(await SealedPlace.ReadAsync(next, "s1", $"gone-{i}"));
        }
    }

    [Fact]
    public async Task FinishAsync_ValueThatDoesNotOpen_KeepsTheOldKeyAndNamesIt()
    {
        await FillAsync();
        byte[] whole = [.. _place.Shelf.Items[("s1", "t7")].Value];
        _place.Shelf.Items[("s1", "t7")].Value[^1] ^= 1;
        await using SealedStore store = _place.Open();
        Assert.True(await store.Rotation.BeginAsync(Cancellation));
        KeyRotationReport report = await store.Rotation.FinishAsync(_ => { }, Cancellation);
        Assert.Equal(["s1/t7"], report.Left);
        Assert.Equal(2, KeyIds().Length);

        // Restored, it opens, and the rotation ends.
        _place.Shelf.Items[("s1", "t7")] = (whole, new Dictionary<string, string>());
        Assert.Empty((await store.Rotation.ResumeAsync(Cancellation))!.Left);
        Assert.Single(KeyIds());
        await AssertAllThereAsync(store);
    }

    [Fact]
    public async Task ResumeAsync_NewMasterKeyBesideTheOld_WrapsAnewSoThatTheOldIsNotNeeded()
    {
        await FillAsync();
        byte[] old = _place.Master;
        _place.PreviousMaster = old;
        _place.Master = [.. old.Reverse()];
        await using (SealedStore store = _place.Open())
        {
            Assert.Null(await store.Rotation.ResumeAsync(Cancellation));
        }

        _place.PreviousMaster = null;
        await using (SealedStore store = _place.Open())
        {
            await AssertAllThereAsync(store);
        }

        _place.Master = old;
        await using SealedStore back = _place.Open();
        await SealedPlace.FailsAsync(() => SealedPlace.ReadAsync(back, "s0", "t0"), StoreError.Locked);
    }

    private KeyId[] KeyIds()
    {
        using MasterKeys masters = _place.Masters();
        using var keys = new DataKeys(_place.KeyFile, SealedPlace.UserId, masters, _place.Time);
        return [.. keys.Describe().Select(record => KeyId.Parse(record.Id)!.Value)];
    }

    private async Task FillAsync()
    {
        _place.Shelf.Revive();
        await using SealedStore store = _place.Open();
        for (int service = 0; service < Services; service++)
        {
            Secret[] secrets = [.. Enumerable.Range(0, Targets).Select(i => new Secret($"t{i}", new SecretBuffer(System.Text.Encoding.UTF8.GetBytes($"value {service} {i}"))))];
            await store.WriteAsync($"s{service}", secrets, Cancellation);
        }
    }

    private static async Task AssertAllThereAsync(SealedStore store)
    {
        for (int service = 0; service < Services; service++)
        {
            IReadOnlyList<Secret> found = await store.ReadAsync($"s{service}", [.. Enumerable.Range(0, Targets).Select(i => $"t{i}")], Cancellation);
            Assert.Equal(Targets, found.Count);
            Assert.All(found, secret => Assert.Equal($"value {service} {secret.Target[1..]}", System.Text.Encoding.UTF8.GetString(secret.Value.Span)));
        }
    }
}

using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Support.SecretService;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>A provider that is locked, asks, hangs, fails, dies or lies: each its own answer within its deadline.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProviderStateTests : SecretServiceTest
{
    [Fact]
    public async Task AnyCall_LockedWithoutADisplay_SaysLockedAndAsksNobody()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus);
        ISecretStore store = OpenHeadless();
        await WriteAsync(store, "k", "v");
        await provider.SetAsync("locked=yes");
        await FailsAsync(StoreError.Locked, "no display", () => ReadAsync(store, "k"));
        await FailsAsync(StoreError.Locked, "no display", () => ReadAsync(store, "absent"));
        await FailsAsync(StoreError.Locked, "no display", () => WriteAsync(store, "k", "w"));
        await FailsAsync(StoreError.Locked, "no display", async () => await store.DeleteAsync("demo", ["k"], Cancellation));
        await FailsAsync(StoreError.Locked, "locked", async () => await store.SearchAsync("demo", [], Cancellation));
        await FailsAsync(StoreError.Locked, "locked", async () => await ((IServiceEnumeration)store).ListServicesAsync(Cancellation));
        Assert.Equal(StoreState.Locked, (await SecretServiceStores.ProbeAsync(store)).State);
        Assert.Equal((0, 0), (await provider.CountCallsAsync("Unlock"), await provider.CountCallsAsync("Prompt")));

        await provider.SetAsync("locked=no");
        Assert.Equal("v", await ReadAsync(store, "k"));
        Assert.Null(await ReadAsync(store, "absent"));
    }

    [Fact]
    public async Task ReadAsync_NoDefaultCollection_IsLockedAndNotAbsent()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "default=no");
        ISecretStore store = Open();
        await FailsAsync(StoreError.Locked, "no default collection", () => ReadAsync(store, "k"));
        Assert.Equal(StoreState.Locked, (await SecretServiceStores.ProbeAsync(store)).State);
        await provider.SetAsync("default=yes");
        Assert.Null(await ReadAsync(store, "k"));
    }

    [Fact]
    public async Task ReadAsync_LockedOnADesktop_AsksOnceForAllAndGoesOn()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus);
        ISecretStore store = Open();
        await WriteAsync(store, "k", "v");
        await provider.SetAsync("locked=yes");
        string?[] values = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ReadAsync(store, "k")));
        Assert.All(values, value => Assert.Equal("v", value));
        Assert.Equal(1, await provider.CountCallsAsync("Prompt"));
    }

    [Theory]
    [InlineData("search")]
    [InlineData("probe")]
    public async Task SearchAndProbe_LockedOnADesktop_NeverAsk(string call)
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "locked=yes");
        ISecretStore store = Open();
        if (call == "search")
        {
            await FailsAsync(StoreError.Locked, "The keychain is locked", async () => await store.SearchAsync("demo", [], Cancellation));
        }
        else
        {
            Assert.Equal(StoreState.Locked, (await SecretServiceStores.ProbeAsync(store)).State);
        }

        Assert.Equal((0, 0), (await provider.CountCallsAsync("Unlock"), await provider.CountCallsAsync("Prompt")));
    }

    [Fact]
    public async Task ReadAsync_PromptDismissed_SaysSoAndLeavesThePersonAloneForAWhile()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "locked=yes", "prompt=dismiss");
        var time = new SteppedTime();
        ISecretStore store = Open(time);
        await FailsAsync(StoreError.UserCancelled, "was dismissed", () => ReadAsync(store, "k"));
        await FailsAsync(StoreError.UserCancelled, "shown again in", () => ReadAsync(store, "k"));
        Assert.Equal(1, await provider.CountCallsAsync("Prompt"));

        time.Advance(TimeSpan.FromSeconds(31));
        await provider.SetAsync("prompt=unlock");
        Assert.Null(await ReadAsync(store, "k"));
        Assert.Equal(2, await provider.CountCallsAsync("Prompt"));
    }

    [Fact]
    public async Task ReadAsync_PromptCompletesAndNothingIsOpen_StaysLocked()
    {
        await FakeProvider.StartAsync(Bus, "locked=yes", "prompt=fail");
        await FailsAsync(StoreError.Locked, "still locked after its prompt", () => ReadAsync(Open(), "k"));
    }

    [Fact]
    public async Task ReadAsync_PromptWithoutAnAnswer_IsTakenBackAndOthersAreServedMeanwhile()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "locked=yes", "prompt=silent");
        var time = new SteppedTime();
        ISecretStore store = Open(time, ("prompt_timeout_seconds", "2"));
        Task<string?> waiting = ReadAsync(store, "k");
        await provider.WaitForCallAsync("Prompt");
        await FailsAsync(StoreError.Locked, "The keychain is locked", async () => await store.SearchAsync("demo", [], Cancellation));
        Assert.Equal(StoreState.Locked, (await SecretServiceStores.ProbeAsync(store)).State);
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await FailsAsync(StoreError.Locked, "was not answered within 2 seconds", () => waiting);
        await provider.WaitForCallAsync("Dismiss");
    }

    [Fact]
    public async Task ReadAsync_CancelledWhileAPromptIsOpen_EndsAndThePromptServesTheNext()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "locked=yes", "prompt=silent");
        ISecretStore store = Open();
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        ValueTask<IReadOnlyList<Secret>> waiting = store.ReadAsync("demo", ["k"], impatient.Token);
        await provider.WaitForCallAsync("Prompt");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.AsTask().WaitAsync(Patience, Cancellation));
        Task<string?> next = ReadAsync(store, "k");
        await FailsAsync(StoreError.Locked, "The keychain is locked", async () => await store.SearchAsync("demo", [], Cancellation));
        Assert.False(next.IsCompleted);
        Assert.Equal((1, 0), (await provider.CountCallsAsync("Prompt"), await provider.CountCallsAsync("Dismiss")));
        await provider.KillAsync();
        await FailsAsync(StoreError.Unavailable, "went away", () => next);
    }

    [Fact]
    public async Task ReadAsync_ProviderVanishesInTheMiddleOfAPrompt_SaysSoAtOnceAndRecovers()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "locked=yes", "prompt=exit");
        ISecretStore store = Open();
        await FailsAsync(StoreError.Unavailable, "The Secret Service went away in the middle of the call", () => ReadAsync(store, "k"));
        await provider.WaitForExitAsync();
        await FakeProvider.StartAsync(Bus);
        await WriteAsync(store, "k", "v");
        Assert.Equal("v", await ReadAsync(store, "k"));
    }

    [Fact]
    public async Task WriteAndDelete_ProviderThatConfirms_AsksOnADesktopOnly()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "confirm=yes");
        ISecretStore headless = OpenHeadless();
        await FailsAsync(StoreError.Locked, "no display", () => WriteAsync(headless, "k", "v"));
        Assert.Equal((0, 1), (await provider.CountCallsAsync("Prompt"), await provider.CountCallsAsync("Dismiss")));

        ISecretStore desktop = Open();
        await WriteAsync(desktop, "k", "v");
        Assert.Equal("v", await ReadAsync(desktop, "k"));
        Assert.Equal(1, await desktop.DeleteAsync("demo", ["k"], Cancellation));
        Assert.Null(await ReadAsync(desktop, "k"));
        await provider.SetAsync("prompt=dismiss");
        await FailsAsync(StoreError.UserCancelled, "was dismissed", () => WriteAsync(desktop, "k", "v"));
    }

    [Fact]
    public async Task ReadAsync_ProviderHangs_TimesOutForAllAndTakesNoThreads()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus);
        var time = new SteppedTime();
        ISecretStore store = Open(time);
        await WriteAsync(store, "k", "v");
        await provider.SetAsync("hang=SearchItems");
        Task<StoreException>[] hung = [.. Enumerable.Range(0, 200).Select(_ => FailsAsync(StoreError.Timeout, "did not answer within 10 seconds", () => ReadAsync(store, "k")))];
        await provider.WaitForCallAsync("SearchItems", 50);

        // The pool is free, and so is the store for what the provider still answers.
        await Task.Run(() => { }, Cancellation).WaitAsync(Patience, Cancellation);
        Assert.Equal(StoreState.Ready, (await SecretServiceStores.ProbeAsync(store)).State);
        Task all = Task.WhenAll(hung);
        await time.AdvanceUntilEndAsync(all, TimeSpan.FromSeconds(10));
        await all;

        await provider.SetAsync("hang=");
        Assert.Equal("v", await ReadAsync(store, "k"));
    }

    [Theory]
    [InlineData("OpenSession")]
    [InlineData("ReadAlias")]
    [InlineData("GetSecrets")]
    [InlineData("Get")]
    public async Task ReadAsync_OneMethodHangs_TimesOutAndRecovers(string method)
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus);
        await WriteAsync(Open(), "k", "v");
        await provider.SetAsync($"hang={method}");
        int before = await provider.CountCallsAsync(method);
        var time = new SteppedTime();
        ISecretStore store = Open(time);
        Task<string?> reading = ReadAsync(store, "k");
        await provider.WaitForCallAsync(method, before + 1);
        await TimesOutAsync(time, "did not answer within 10 seconds", reading);
        await provider.SetAsync("hang=");
        Assert.Equal("v", await ReadAsync(store, "k"));
    }

    [Fact]
    public async Task WriteAsync_ProviderHangs_SaysThatTheEffectIsUnknown()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "hang=CreateItem");
        var time = new SteppedTime();
        Task writing = WriteAsync(Open(time), "k", "v");
        await provider.WaitForCallAsync("CreateItem");
        await TimesOutAsync(time, "whether the call had an effect is unknown", writing);
    }

    [Fact]
    public async Task ReadAsync_AnotherProviderTakesOver_IsServedByIt()
    {
        FakeProvider first = await FakeProvider.StartAsync(Bus, "hang=SearchItems");
        ISecretStore store = Open();
        Task<string?> reading = ReadAsync(store, "k");
        await first.WaitForCallAsync("SearchItems");
        await FakeProvider.StartAsync(Bus);
        Assert.Null(await reading);
        await WriteAsync(store, "k", "v");
        Assert.Equal("v", await ReadAsync(store, "k"));
    }

    [Fact]
    public async Task ReadAsync_ProviderDiesMidway_SaysSoAndRecovers()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "hang=SearchItems");
        ISecretStore store = Open();
        Task<string?> reading = ReadAsync(store, "k");
        await provider.WaitForCallAsync("SearchItems");
        await provider.KillAsync();
        await FailsAsync(StoreError.Unavailable, "The Secret Service went away in the middle of the call", () => reading);
        await FakeProvider.StartAsync(Bus);
        Assert.Null(await ReadAsync(store, "k"));
    }

    [Theory]
    [InlineData("org.freedesktop.DBus.Error.AccessDenied", StoreError.AccessDenied, "refuses the daemon access")]
    [InlineData("org.example.Error.Broken", StoreError.Unavailable, "failed with org.example.Error.Broken")]
    [InlineData("org.freedesktop.Secret.Error.IsLocked", StoreError.Locked, "locked")]
    public async Task ReadAsync_ProviderAnswersWithAnError_IsToldApart(string name, StoreError error, string sentence)
    {
        await FakeProvider.StartAsync(Bus, $"error=SearchItems:{name}");
        StoreException failure = await FailsAsync(error, sentence, () => ReadAsync(OpenHeadless(), "k"));
        Assert.DoesNotContain("as told", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_PlainSessionsOnly_WorksAndWarnsOnce()
    {
        await FakeProvider.StartAsync(Bus);
        ISecretStore store = Open();
        await WriteAsync(store, "k", "v");
        Assert.Equal("v", await ReadAsync(store, "k"));
        Assert.Single(Log.Lines, line => line.Message.Contains("no encrypted session", StringComparison.Ordinal));
    }

    /// <summary>KWallet refuses a public key that begins with a zero byte, which one in 256 does.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task ReadAsync_KeyThatTheProviderDoesNotTake_IsTriedWithAnother(int refused, bool succeeds)
    {
        await FakeProvider.StartAsync(Bus, $"refuse_keys={refused}");
        ISecretStore store = Open();
        if (succeeds)
        {
            Assert.Null(await ReadAsync(store, "k"));
        }
        else
        {
            await FailsAsync(StoreError.Unavailable, "opens no session", () => ReadAsync(store, "k"));
        }
    }

    [Fact]
    public async Task ReadAsync_NoSessionToBeHad_SaysSo()
    {
        await FakeProvider.StartAsync(Bus, "sessions=none");
        await FailsAsync(StoreError.Unavailable, "opens no session", () => ReadAsync(Open(), "k"));
    }

    [Fact]
    public async Task WriteAsync_ProviderKeepsAnotherValue_IsFoundOut()
    {
        await FakeProvider.StartAsync(Bus, "spoil=yes");
        await FailsAsync(StoreError.Corrupt, "is not what was given to it", () => WriteAsync(Open(), "k", "v"));
    }

    [Fact]
    public async Task WriteAsync_FailsInTheMiddleOfABatch_SaysHowManyWereDone()
    {
        await FakeProvider.StartAsync(Bus, "error=CreateItem:org.example.Error.Full:3");
        ISecretStore store = Open();
        Secret[] secrets = [.. Enumerable.Range(0, 5).Select(i => new Secret($"k{i}", new SecretBuffer(Encoding.UTF8.GetBytes("v"))))];
        StoreException failure = await FailsAsync(StoreError.Unavailable, "org.example.Error.Full", async () => await store.WriteAsync("demo", secrets, Cancellation));
        Assert.Equal(2, failure.Completed);
        Assert.Equal(["k0", "k1"], (await store.SearchAsync("demo", [], Cancellation)).Select(item => item.Target).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task DisposeAsync_WhileCallsHang_EndsThem()
    {
        FakeProvider provider = await FakeProvider.StartAsync(Bus, "hang=SearchItems");
        ISecretStore store = Open();
        Task<string?> reading = ReadAsync(store, "k");
        await provider.WaitForCallAsync("SearchItems");
        await store.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ReadAsync(store, "k"));
    }
}
